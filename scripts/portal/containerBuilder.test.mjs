import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../bootstrap/paths.mjs';
import { runNode } from '../testing/runNode.mjs';
import { temporaryFolder } from '../testing/temporaryFolder.mjs';

const PREPARE = `
  import { prepareContainerBuilder } from '${pathToFileURL(
    join(ROOT, 'scripts/portal/containerBuilder.mjs'),
  )}';
  await prepareContainerBuilder({ mayInstall: false });
`;

/** What is said on a machine with only these programs. */
function saidWith(folder, programs) {
  for (const [name, script] of Object.entries(programs)) {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
  }
  return runNode(['--input-type=module', '--eval', PREPARE], {
    env: { PATH: folder },
  });
}

test('without a builder the portal may start, and is told what is missing and how to get it', async t => {
  const { code, output } = await saidWith(temporaryFolder(t), {});
  assert.equal(code, 0, output);
  assert.match(output, /No container builder is here, so builds will wait/);
  assert.match(output, /Next step: install/);
});

test('a docker client whose daemon does not answer is no builder', async t => {
  const { output } = await saidWith(temporaryFolder(t), {
    docker: 'echo "Cannot connect to the Docker daemon" >&2; exit 1',
  });
  assert.match(output, /No container builder is here/);
});

test('a builder that answers is named with its version', async t => {
  const { output } = await saidWith(temporaryFolder(t), {
    buildah: 'echo "buildah version 1.28.2 (image-spec 1.1.0)"',
  });
  assert.match(output, /Images are built with buildah 1\.28\.2/);
});

test('a builder that is older than the build method takes is named, and is no builder', async t => {
  const { output } = await saidWith(temporaryFolder(t), {
    docker: 'echo 20.10.24',
    podman: 'echo "podman version 3.4.4"',
    buildah: 'echo "buildah version 1.22.3 (image-spec 1.0.1)"',
  });
  assert.match(output, /docker 20\.10\.24 is too old/);
  assert.match(output, /podman 3\.4\.4 is too old/);
  assert.match(output, /buildah 1\.22\.3 is too old/);
  assert.match(output, /No container builder is here, so builds will wait/);
});

test('an old docker does not hide a builder that is new enough', async t => {
  const { output } = await saidWith(temporaryFolder(t), {
    docker: 'echo 20.10.24',
    buildah: 'echo "buildah version 1.28.2 (image-spec 1.1.0)"',
  });
  assert.match(output, /Images are built with buildah 1\.28\.2/);
  assert.doesNotMatch(output, /No container builder/);
});
