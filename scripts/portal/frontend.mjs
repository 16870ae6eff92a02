import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { explainFailure } from '../bootstrap/explainFailure.mjs';
import { withLock } from '../bootstrap/lock.mjs';
import { ROOT, TOOLS } from '../bootstrap/paths.mjs';
import { runLogged } from '../bootstrap/runLogged.mjs';
import { duration, say } from '../bootstrap/say.mjs';
import { hashOf, stamp } from '../bootstrap/stamp.mjs';

const SOURCES = [
  'packages/app',
  'plugins/image-factory',
  'plugins/image-factory-common',
  'app-config.yaml',
  'yarn.lock',
];

/** Builds what the backend serves, when its sources changed since the last time; one at a time, since all write into the same folder. */
export async function buildFrontend(tools) {
  await withLock(join(TOOLS, 'lock'), () => buildWhatChanged(tools));
}

async function buildWhatChanged({ yarn, environment }) {
  const built = stamp('frontend');
  const wanted = hashOf(SOURCES.map(path => join(ROOT, path)));
  const result = join(ROOT, 'packages/app/dist/index.html');
  if (built.is(wanted) && existsSync(result)) {
    return;
  }
  say('Building the frontend (15 to 40 s)');
  const { code, output, logPath, took } = await runLogged(
    yarn,
    ['workspace', 'app', 'build'],
    { name: 'frontend', cwd: ROOT, env: environment },
  );
  if (code !== 0) {
    throw explainFailure({ what: 'Building the frontend', output, logPath });
  }
  built.set(wanted);
  say(`The frontend is built (${duration(took)})`);
}
