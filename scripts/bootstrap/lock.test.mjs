import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { runNode } from '../testing/runNode.mjs';
import { temporaryFolder } from '../testing/temporaryFolder.mjs';
import { withLock } from './lock.mjs';
import { ROOT } from './paths.mjs';

test('a second run says that it waits, and gets in when the first has finished', async t => {
  const path = join(temporaryFolder(t), 'lock');
  const order = [];
  let second;
  await withLock(path, async () => {
    const waiting = `
      import { withLock } from '${pathToFileURL(
        join(ROOT, 'scripts/bootstrap/lock.mjs'),
      )}';
      await withLock('${path}', async () => console.log('in'));
    `;
    second = runNode(['--input-type=module', '--eval', waiting]).then(
      result => {
        order.push('second');
        return result;
      },
    );
    const entered = await Promise.race([
      second.then(() => true),
      new Promise(resolve => setImmediate(() => resolve(false))),
    ]);
    assert.equal(entered, false);
    order.push('first');
  });
  const { code, output } = await second;
  assert.equal(code, 0, output);
  assert.match(output, /in\n$/);
  assert.deepEqual(order, ['first', 'second']);
});

test('the lock of a process that is gone is taken over', async t => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'lock');
  const gone = 4_194_305;
  writeFileSync(path, String(gone));
  const result = await withLock(
    path,
    async () => 'in',
    pid => pid !== gone,
  );
  assert.equal(result, 'in');
  assert.deepEqual(readdirSync(folder), []);
});

test('the lock is given back when the work fails', async t => {
  const path = join(temporaryFolder(t), 'lock');
  await assert.rejects(
    withLock(path, async () => {
      throw new Error('no');
    }),
  );
  assert.equal(existsSync(path), false);
});
