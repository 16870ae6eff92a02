import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { explainFailure } from '../bootstrap/explainFailure.mjs';
import { withLock } from '../bootstrap/lock.mjs';
import { ROOT, TOOLS, readJson } from '../bootstrap/paths.mjs';
import { runLogged } from '../bootstrap/runLogged.mjs';
import { duration, say } from '../bootstrap/say.mjs';

export const help = `npm run build

Builds the portal for production into dist/portal, for deploy/portal/Dockerfile.
`;

export const accepts = {};

/** Ignored by git, and the context of `deploy/portal/Dockerfile`. */
const CONTEXT = join(ROOT, 'dist', 'portal');

/** What goes into it as it stands, beside what is built. */
const FILES = [
  'yarn.lock',
  '.yarnrc.yml',
  'backstage.json',
  'app-config.yaml',
  'app-config.production.yaml',
];

/** What `backstage-cli package build` packs: the backend with all that it needs of this repository, and the manifests of that alone. */
const ARCHIVES = ['bundle', 'skeleton'];

/** `npm run build`: the portal for production, ready for its image to be built. */
export async function run() {
  const { yarn, environment } = await bootstrap();
  say('Building the portal for production (1 to 3 minutes)');
  // It builds the frontend into the folder that `npm start` serves it from.
  const { code, output, logPath, took } = await withLock(
    join(TOOLS, 'lock'),
    () =>
      runLogged(yarn, ['workspace', 'backend', 'build'], {
        name: 'build',
        cwd: ROOT,
        env: environment,
      }),
  );
  if (code !== 0) {
    throw explainFailure({ what: 'Building the portal', output, logPath });
  }
  rmSync(CONTEXT, { recursive: true, force: true });
  const releases = join(CONTEXT, '.yarn', 'releases');
  mkdirSync(releases, { recursive: true });
  for (const file of FILES) cpSync(join(ROOT, file), join(CONTEXT, file));
  writeManifest();
  for (const name of ARCHIVES) unpack(name);
  cpSync(
    join(TOOLS, 'node_modules/@yarnpkg/cli-dist/bin/yarn.js'),
    join(releases, 'yarn.cjs'),
  );
  say(`The portal is built (${duration(took)}). Next step, its image:`);
  console.log(
    '\n  docker build --file deploy/portal/Dockerfile --tag <registry>/image-factory/portal:1 dist/portal\n',
  );
  return 0;
}

/** Without the scripts, so that another one of them does not have the image install everything anew. */
function writeManifest() {
  const { scripts: _, ...manifest } = readJson(join(ROOT, 'package.json'));
  writeFileSync(
    join(CONTEXT, 'package.json'),
    `${JSON.stringify(manifest, null, 2)}\n`,
  );
}

/** With the rights that stand in it, whatever the umask here: the portal's user has to read all. */
function unpack(name) {
  const folder = join(CONTEXT, name);
  mkdirSync(folder);
  const archive = join(ROOT, 'packages/backend/dist', `${name}.tar.gz`);
  execFileSync('tar', ['-xpzf', archive, '-C', folder]);
  // That of the folder itself is for its owner alone.
  chmodSync(folder, 0o755);
}
