import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../bootstrap/paths.mjs';
import { temporaryFolder } from '../testing/temporaryFolder.mjs';
import { alreadyRuns, announcePortal, findPortal } from './onePortal.mjs';
import { demandFreePort } from './port.mjs';

const MODULE = pathToFileURL(join(ROOT, 'scripts/portal/onePortal.mjs'));

/** Another start script, which has told that it runs. */
async function startOther(path, port) {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `import { announcePortal } from '${MODULE}';
       await announcePortal(${port}, {}, '${path}');
       console.log('announced');
       setInterval(() => undefined, 1000);`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await once(child.stdout, 'data');
  return child;
}

test("a checkout's own portal is found, and gone when it is killed", async t => {
  const path = join(temporaryFolder(t), 'portal.sock');
  assert.equal(await findPortal({}, path), undefined);
  const other = await startOther(path, 7007);
  assert.deepEqual(await findPortal({}, path), { pid: other.pid, port: 7007 });
  other.kill('SIGKILL');
  await once(other, 'close');
  assert.ok(existsSync(path));
  assert.equal(await findPortal({}, path), undefined);

  const next = await startOther(path, 7008);
  assert.deepEqual(await findPortal({}, path), { pid: next.pid, port: 7008 });
  next.kill('SIGKILL');
  await once(next, 'close');
});

test('a portal with data of its own is none of the checkout', async t => {
  const path = join(temporaryFolder(t), 'portal.sock');
  const elsewhere = {
    APP_CONFIG_backend_database_connection_directory: '"/elsewhere"',
  };
  await announcePortal(7007, elsewhere, path);
  assert.equal(existsSync(path), false);
  const other = await startOther(path, 7007);
  assert.equal(await findPortal(elsewhere, path), undefined);
  other.kill('SIGKILL');
  await once(other, 'close');
});

test('a second one is told where the first is, and how to have two', async t => {
  const server = createServer();
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const running = { pid: 42, port: server.address().port };
  const { message } = alreadyRuns(running);
  assert.match(message, new RegExp(`http://localhost:${running.port} `));
  assert.match(message, /process 42\); a checkout runs one portal at a time/);
  assert.match(message, /clone the repository once more/);
  // Not that some other program has the port.
  await assert.rejects(demandFreePort(running.port, running), { message });
  await assert.rejects(
    demandFreePort(running.port, { pid: 42, port: 1 }),
    /taken by another program/,
  );
});
