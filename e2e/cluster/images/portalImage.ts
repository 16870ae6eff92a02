import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../machine/run';
import { timed } from '../machine/say';
import { CachedImage, cacheImage, partsOfFolder } from './imageCache';
import { PortalBuilder } from './PortalBuilder';
import { debianRelease } from './stepImages';

const ROOT = join(__dirname, '../../..');
const DOCKERFILE = join(ROOT, 'deploy/portal/Dockerfile');

/** What `npm run build` leaves. */
const CONTEXT = join(ROOT, 'dist/portal');

/** What the first stage takes of it; the same for most changes of the portal. */
const OF_DEPENDENCIES = ['skeleton', '.yarn'];
const FILES_OF_DEPENDENCIES = ['package.json', 'yarn.lock', '.yarnrc.yml'];

/** All that the image is made of. */
const SOURCES = [
  '.yarnrc.yml',
  'app-config.production.yaml',
  'app-config.yaml',
  'backstage.json',
  'deploy/portal',
  'package.json',
  'packages',
  'plugins',
  'scripts/commands/build.mjs',
  'yarn.lock',
];

/**
 * The production image of the portal, built by the operator's own steps on a
 * Debian with the Node that runs this. What it depends on is cached by itself,
 * for that takes the longest.
 */
export async function portalImage(): Promise<CachedImage> {
  const { hashOf } = await import('../../../scripts/bootstrap/stamp.mjs');
  const machine = [await debianRelease(), process.version, process.arch];
  return cacheImage(
    'image-factory/portal',
    [...machine, hashOf(SOURCES.map(path => join(ROOT, path)))],
    layout =>
      timed('Built the image of the portal', async () => {
        await run(process.execPath, ['scripts/run.cjs', 'build'], {
          cwd: ROOT,
          nextStep: 'run `npm run build` by hand, and read what it says',
        });
        const dependencies = await dependenciesImage(machine);
        await build(layout, builder => builder.buildPortal(dependencies));
      }),
  );
}

async function dependenciesImage(machine: string[]): Promise<CachedImage> {
  const parts = await Promise.all([
    readFile(DOCKERFILE),
    ...FILES_OF_DEPENDENCIES.map(file => readFile(join(CONTEXT, file))),
  ]);
  const folders = await Promise.all(
    OF_DEPENDENCIES.map(folder => partsOfFolder(join(CONTEXT, folder))),
  );
  return cacheImage(
    'image-factory/portal-dependencies',
    [...machine, ...parts, ...folders.flat()],
    layout =>
      timed('Installed what the portal depends on', () =>
        build(layout, builder => builder.buildDependencies()),
      ),
  );
}

async function build(
  layout: string,
  work: (builder: PortalBuilder) => Promise<void>,
): Promise<void> {
  const builder = await PortalBuilder.open({
    dockerfile: DOCKERFILE,
    context: CONTEXT,
    layout,
  });
  try {
    await work(builder);
  } finally {
    await builder.close();
  }
}
