import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { findContainerBuilders } from '../portal/containerBuilder.mjs';

const execute = promisify(execFile);
const BUSYBOX = '/bin/busybox';
const CHROMIUM_NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];

/** What the tests use of this machine: each engine with its version, if it is here. */
export async function findEngines(postgres) {
  const builders = await findContainerBuilders();
  const builder = name => builders.find(each => each.name === name)?.version;
  return {
    PostgreSQL: `${postgres.version} ${postgres.origin}`,
    buildah: builder('buildah'),
    podman: builder('podman'),
    docker: builder('docker'),
    'busybox-static': await staticBusybox(),
    skopeo: await versionOf('skopeo'),
    'docker-registry': await versionOf('docker-registry'),
    Chromium: await firstVersion([
      ...(process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : []),
      ...CHROMIUM_NAMES,
    ]),
  };
}

async function firstVersion(names) {
  for (const name of names) {
    const version = await versionOf(name);
    if (version) {
      return version;
    }
  }
  return undefined;
}

/** Tests put it into images, where it finds no libraries. */
async function staticBusybox() {
  const needsLibraries = path =>
    readFileSync(path).subarray(0, 8192).includes('/ld-linux');
  return existsSync(BUSYBOX) && !needsLibraries(BUSYBOX)
    ? versionOf(BUSYBOX, [])
    : undefined;
}

async function versionOf(command, args = ['--version']) {
  try {
    const { stdout } = await execute(command, args);
    return /\d+(\.\d+)+/.exec(stdout)?.[0];
  } catch {
    return undefined;
  }
}
