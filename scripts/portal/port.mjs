import { createServer } from 'node:net';
import { Problem } from '../bootstrap/problem.mjs';
import { alreadyRuns } from './onePortal.mjs';

const DEFAULT_PORT = 7007;
const HOST = '127.0.0.1';
const LAST_PORT = 65535;

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
  if (port < 1 || port > LAST_PORT) {
    throw new Problem(
      `'${given}' is not a port`,
      `choose a number from 1 to ${LAST_PORT}, as in \`PORT=7008 npm start\``,
    );
  }
  return port;
}

/**
 * Told before anything long happens, not after minutes of installing.
 *
 * `running` is this checkout's own portal, where one runs.
 */
export async function demandFreePort(port, running) {
  const error = await tryToListen(port);
  if (error?.code === 'EADDRINUSE') {
    if (running?.port === port) {
      throw alreadyRuns(running);
    }
    throw new Problem(
      `Port ${port} is taken by another program (perhaps a portal of another checkout: http://localhost:${port})`,
      `stop that program, or choose another port: \`PORT=${
        port < LAST_PORT ? port + 1 : port - 1
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
