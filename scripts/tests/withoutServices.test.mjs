import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../testing/temporaryFolder.mjs';
import { withoutServices } from './withoutServices.mjs';

test('services are refused while packages are installed, and no longer after', async t => {
  const policy = join(temporaryFolder(t), 'policy-rc.d');
  const result = await withoutServices(
    async () => {
      assert.match(readFileSync(policy, 'utf8'), /exit 101/);
      assert.equal(statSync(policy).mode & 0o111, 0o111);
      return 'installed';
    },
    { services: [], policy },
  );
  assert.equal(result, 'installed');
  assert.equal(existsSync(policy), false);
});

test('the refusal goes away where the installation fails', async t => {
  const policy = join(temporaryFolder(t), 'policy-rc.d');
  await assert.rejects(
    withoutServices(
      async () => {
        throw new Error('no such package');
      },
      { services: [], policy },
    ),
    /no such package/,
  );
  assert.equal(existsSync(policy), false);
});

test('the policy of the machine stays as it is', async t => {
  const policy = join(temporaryFolder(t), 'policy-rc.d');
  writeFileSync(policy, '#!/bin/sh\nexit 0\n');
  await withoutServices(async () => undefined, { services: [], policy });
  assert.equal(readFileSync(policy, 'utf8'), '#!/bin/sh\nexit 0\n');
});
