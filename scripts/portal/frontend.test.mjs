import assert from 'node:assert/strict';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../bootstrap/paths.mjs';
import { runNode } from '../testing/runNode.mjs';
import { temporaryFolder } from '../testing/temporaryFolder.mjs';

test('of two that start at once, one builds the frontend and the other takes it', async t => {
  const checkout = temporaryFolder(t);
  cpSync(join(ROOT, 'scripts'), join(checkout, 'scripts'), { recursive: true });
  const dist = join(checkout, 'packages/app/dist');
  mkdirSync(dist, { recursive: true });
  const yarn = join(checkout, 'yarn');
  const builds = join(checkout, 'builds');
  writeFileSync(
    yarn,
    `#!/bin/sh\necho built >>'${builds}'\nsleep 1\ntouch '${dist}/index.html'\n`,
  );
  chmodSync(yarn, 0o755);
  const start = `
    import { buildFrontend } from '${pathToFileURL(
      join(checkout, 'scripts/portal/frontend.mjs'),
    )}';
    await buildFrontend({ yarn: '${yarn}', environment: {} });
  `;
  const both = await Promise.all(
    [1, 2].map(() => runNode(['--input-type=module', '--eval', start])),
  );
  for (const { code, output } of both) assert.equal(code, 0, output);
  assert.equal(readFileSync(builds, 'utf8'), 'built\n');
});
