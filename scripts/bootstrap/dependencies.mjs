import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { explainFailure } from './explainFailure.mjs';
import { ROOT } from './paths.mjs';
import { registrySettings } from './registry.mjs';
import { runLogged } from './runLogged.mjs';
import { duration, say } from './say.mjs';
import { hashOf, stamp } from './stamp.mjs';

/** Run in the backend's folder: loads what was compiled here and uses it once. */
const LOAD_NATIVE_PARTS = `
  const Database = require('better-sqlite3');
  new Database(':memory:').prepare('select 1').get();
  require('@swc/core').transformSync('let a: number = 1', { jsc: { parser: { syntax: 'typescript' } } });
`;

/** Installs what yarn.lock names, when that changed since the last time. */
export async function installDependencies({ node, yarn, environment }) {
  const installed = stamp('dependencies');
  const wanted = hashOf(manifests(), node, process.platform, process.arch);
  if (installed.is(wanted) && existsSync(join(ROOT, 'node_modules'))) {
    return;
  }
  say('Installing the dependencies (2 to 4 minutes the first time)');
  const { registry, environment: settings } = await registrySettings();
  const what = 'Installing the dependencies';
  const { took } = await must(what, yarn, ['install', '--immutable'], {
    name: 'install',
    cwd: ROOT,
    env: { ...environment, ...settings },
    registry,
  });
  if (!(await nativePartsLoad(node, environment))) {
    say('Compiling the SQLite driver for this Node (about 1 minute)');
    await must(
      'Compiling the SQLite driver',
      yarn,
      ['rebuild', 'better-sqlite3'],
      {
        name: 'rebuild',
        cwd: ROOT,
        env: { ...environment, ...settings },
        registry,
      },
    );
    await must('Loading the SQLite driver', node, ['-e', LOAD_NATIVE_PARTS], {
      name: 'native-parts',
      cwd: join(ROOT, 'packages/backend'),
      env: environment,
      registry,
    });
  }
  installed.set(wanted);
  say(`Dependencies are installed (${duration(took)})`);
}

async function nativePartsLoad(node, environment) {
  const { code } = await runLogged(node, ['-e', LOAD_NATIVE_PARTS], {
    name: 'native-parts',
    cwd: join(ROOT, 'packages/backend'),
    env: environment,
  });
  return code === 0;
}

async function must(what, command, args, { registry, ...options }) {
  const result = await runLogged(command, args, options);
  if (result.code !== 0) {
    throw explainFailure({ what, registry, ...result });
  }
  return result;
}

function manifests() {
  const workspaces = ['packages', 'plugins'].flatMap(folder =>
    readdirSync(join(ROOT, folder)).map(name => join(ROOT, folder, name)),
  );
  return [ROOT, ...workspaces]
    .map(folder => join(folder, 'package.json'))
    .concat(join(ROOT, 'yarn.lock'), join(ROOT, '.yarnrc.yml'));
}
