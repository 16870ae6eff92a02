import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startChild, stopChild } from '../bootstrap/children.mjs';
import { Problem } from '../bootstrap/problem.mjs';
import { findFreePort } from '../portal/port.mjs';
import { findPostgres } from './postgresBinaries.mjs';

const READY = 'database system is ready to accept connections';

/** Nothing survives a test run, so nothing has to survive a power cut. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 200,
  shared_buffers: '64MB',
  // Containers often have a /dev/shm of 64 MB.
  dynamic_shared_memory_type: 'mmap',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

/**
 * Starts a PostgreSQL of the tests' own; `stop` leaves nothing of it behind.
 * `data` names an empty folder for its files, such as a small disk; it stays.
 */
export async function startPostgres({ data, initdb = [] } = {}) {
  const refusals = [];
  for (const candidate of findPostgres()) {
    const folder = mkdtempSync(join(tmpdir(), 'image-factory-postgres-'));
    try {
      return await startIn(folder, candidate, { data, initdb });
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      refusals.push(`  ${candidate.bin}: ${error.message}`);
    }
  }
  throw new Problem(
    'No PostgreSQL could be started, and the tests of the stores need one',
    'install it with the system package manager (Debian, Ubuntu: apt-get install -y postgresql), then run this again',
    refusals.join('\n'),
  );
}

async function startIn(folder, { bin, movable, version, origin }, options) {
  const user = unprivilegedUser();
  const data = join(options.data ?? folder, 'data');
  mkdirSync(data);
  const binaries = user ? handOver(folder, data, bin, movable, user) : bin;
  execFileSync(
    join(binaries, 'initdb'),
    [
      `--pgdata=${data}`,
      '--username=postgres',
      '--auth=trust',
      '--encoding=UTF8',
      '--locale=C',
      '--no-sync',
      ...options.initdb,
    ],
    { ...user, cwd: data, stdio: 'pipe' },
  );
  const port = await findFreePort();
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  let server;
  const begin = async () => {
    server = serve(join(binaries, 'postgres'), { data, port, user });
    await ready(server);
  };
  // What `pg_ctl stop` sends: SIGINT (`fast`) disconnects the clients instead of
  // waiting for them, SIGQUIT (`immediate`) ends it without tidying up.
  const end = signal => stopChild(server, signal);
  await begin();
  return {
    version,
    origin,
    url,
    environment: {
      [`BACKSTAGE_TEST_DATABASE_POSTGRES${parseInt(
        version,
        10,
      )}_CONNECTION_STRING`]: url,
    },
    begin,
    end,
    stop: async () => {
      await end('SIGINT');
      rmSync(data, { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function serve(postgres, { data, port, user }) {
  return startChild(
    postgres,
    [
      '-D',
      data,
      '-p',
      String(port),
      ...Object.entries(SETTINGS).flatMap(([key, value]) => [
        '-c',
        `${key}=${value}`,
      ]),
    ],
    { ...user, cwd: data, stdio: ['ignore', 'ignore', 'pipe'] },
  );
}

function ready(server) {
  let output = '';
  return new Promise((resolve, reject) => {
    server.stderr.setEncoding('utf8').on('data', chunk => {
      output = (output + chunk).slice(-4000);
      if (output.includes(READY)) {
        resolve();
      }
    });
    server.once('error', reject);
    server.once('close', () => reject(new Error(output.trim())));
  });
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser() {
  if (process.getuid() !== 0) {
    return undefined;
  }
  const id = flag =>
    Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** The checkout may lie in a folder that only root may enter: what runs as another user is copied out. */
function handOver(folder, data, bin, movable, { uid, gid }) {
  chmodSync(folder, 0o755);
  chownSync(data, uid, gid);
  if (!movable) {
    return bin;
  }
  const copy = join(folder, 'postgres');
  cpSync(dirname(bin), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}
