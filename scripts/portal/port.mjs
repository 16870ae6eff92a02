import { createServer } from 'node:net';
import { Problem } from '../bootstrap/problem.mjs';

const DEFAULT_PORT = 7007;
const HOST = '127.0.0.1';

/** The port to serve at: `--port`, else PORT, else 7007. */
export function choosePort(argv, environment) {
  const at = argv.indexOf('--port');
  const inline = argv.find(argument => argument.startsWith('--port='));
  const given =
    (at >= 0 ? argv[at + 1] ?? '' : undefined) ??
    inline?.slice('--port='.length) ??
    environment.PORT ??
    String(DEFAULT_PORT);
  const port = /^\d{1,5}$/.test(given) ? Number(given) : 0;
  if (port < 1 || port > 65535) {
    throw new Problem(
      `'${given}' is not a port`,
      'choose a number from 1 to 65535, as in `PORT=7008 npm start`',
    );
  }
  return port;
}

/** Told before anything long happens, not after minutes of installing. */
export async function demandFreePort(port) {
  const error = await tryToListen(port);
  if (error?.code === 'EADDRINUSE') {
    throw new Problem(
      `Port ${port} is taken by another program (perhaps the portal already runs: http://localhost:${port})`,
      `stop that program, or choose another port: \`PORT=${
        port + 1
      } npm start\``,
    );
  }
  if (error) {
    throw new Problem(
      `Port ${port} cannot be listened on (${error.code})`,
      `choose another port: \`PORT=${DEFAULT_PORT + 1} npm start\``,
    );
  }
}

function tryToListen(port) {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', resolve);
    server.listen(port, HOST, () => server.close(() => resolve(undefined)));
  });
}

/** A port that nobody uses now. */
export function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
