import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';
import { Problem } from '../bootstrap/problem.mjs';

/** Beside the data that it speaks for, in the folder that may be deleted to start all over. */
const SOCKET = join(ROOT, '.data', 'portal.sock');
const LOCAL_CONFIG = join(ROOT, 'app-config.local.yaml');
const ANSWERS_WITHIN_MS = 2_000;
/** Of the path of a socket; systems take 104 bytes or a few more. */
const MOST_BYTES = 100;

/**
 * The portal that uses this checkout's data now, by its process and port.
 *
 * SQLite admits one process, and the backend makes sure of that; but it tells
 * only after half a minute of building and starting. A socket, unlike a file
 * with a process id, cannot outlive its process.
 */
export function findPortal(environment, path = SOCKET) {
  return usesOtherData(environment) ? undefined : ask(path);
}

/** Answers `findPortal` of others for as long as this process lives. Where that cannot be done, the backend's own lock remains. */
export async function announcePortal(port, environment, path = SOCKET) {
  if (
    usesOtherData(environment) ||
    Buffer.byteLength(path) > MOST_BYTES ||
    (await ask(path))
  ) {
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  // What a killed process has left.
  rmSync(path, { force: true });
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    socket.end(JSON.stringify({ pid: process.pid, port }));
  });
  await new Promise(resolve => {
    server.once('error', resolve);
    server.listen(path, resolve);
  });
  server.unref();
  const own = inodeOf(path);
  // Another that began in the same moment may have put its own there.
  process.once('exit', () => {
    if (own !== undefined && inodeOf(path) === own) rmSync(path);
  });
}

function inodeOf(path) {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

export function alreadyRuns({ pid, port }) {
  return new Problem(
    `The portal of this checkout already runs, or is starting, at http://localhost:${port} (process ${pid}); a checkout runs one portal at a time, since its data in .data/ admits no second`,
    `open that one, or stop it with Ctrl-C in its terminal; for a second portal, clone the repository once more and start it there at another port`,
  );
}

/** As the tests do, which run many portals of one checkout, and whoever has set up PostgreSQL, which admits many. */
function usesOtherData(environment) {
  return (
    Object.keys(environment).some(name =>
      name.startsWith('APP_CONFIG_backend_database'),
    ) || /^\s*client:\s*['"]?pg\b/m.test(readLocalConfig())
  );
}

function readLocalConfig() {
  return existsSync(LOCAL_CONFIG) ? readFileSync(LOCAL_CONFIG, 'utf8') : '';
}

function ask(path) {
  return new Promise(resolve => {
    if (!existsSync(path)) {
      resolve(undefined);
      return;
    }
    let answer = '';
    const socket = connect(path);
    socket.setEncoding('utf8').setTimeout(ANSWERS_WITHIN_MS);
    socket.on('data', chunk => {
      answer += chunk;
    });
    socket.once('timeout', () => socket.destroy());
    socket.once('error', () => resolve(undefined));
    socket.once('close', () => resolve(parse(answer)));
  });
}

function parse(answer) {
  try {
    return JSON.parse(answer);
  } catch {
    return undefined;
  }
}
