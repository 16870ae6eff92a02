import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { ROOT } from '../bootstrap/paths.mjs';

const PRELOAD = join(ROOT, 'scripts/portal/exitWithParent.cjs');

/** Starts a server as a child, as `npm start` starts the backend, and tells its port. */
const PARENT = `
  const server = 'const server = require("node:net").createServer();' +
    'server.listen(0, "127.0.0.1", () => console.log(server.address().port))';
  require('node:child_process').spawn(
    process.execPath,
    ['--require', '${PRELOAD}', '-e', server],
    { detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] },
  );
`;

test(
  'the backend ends when the process that started it is killed',
  { timeout: 30_000 },
  async () => {
    const parent = spawn(process.execPath, ['-e', PARENT], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [port] = await once(parent.stdout, 'data');
    parent.kill('SIGKILL');
    // The pipe closes when the last process that holds it is gone: the child.
    await once(parent.stdout, 'close');
    const socket = connect(Number(port), '127.0.0.1');
    const [error] = await once(socket, 'error');
    assert.equal(error.code, 'ECONNREFUSED');
  },
);
