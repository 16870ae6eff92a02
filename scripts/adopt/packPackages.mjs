import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, readJson } from '../bootstrap/paths.mjs';
import { Problem } from '../bootstrap/problem.mjs';
import { runLogged } from '../bootstrap/runLogged.mjs';
import { say } from '../bootstrap/say.mjs';
import { compileTypes } from '../gates/publishedPackages.mjs';

const FOLDERS = [
  'plugins/image-factory-common',
  'plugins/image-factory-node',
  'plugins/image-factory-backend',
  'plugins/image-factory',
];

/** Packs the packages as they would be published; gives the path of each by its name. */
export async function packPackages({ yarn, environment }, folder) {
  say('Packing the packages (1 to 2 minutes)');
  mkdirSync(folder, { recursive: true });
  if ((await compileTypes({ environment })) !== 0) {
    throw new Problem('The types do not fit', 'see what tsc says above');
  }
  const packed = {};
  for (const path of FOLDERS) {
    const cwd = join(ROOT, path);
    const { name } = readJson(join(cwd, 'package.json'));
    const file = join(folder, `${name.split('/').at(-1)}.tgz`);
    await must(yarn, ['build'], { cwd, environment, name: 'adopt-build' });
    await must(yarn, ['pack', '--out', file], {
      cwd,
      environment,
      name: 'adopt-pack',
    });
    packed[name] = file;
  }
  return packed;
}

async function must(command, args, { cwd, environment, name }) {
  const { code, output, logPath } = await runLogged(command, args, {
    name,
    cwd,
    env: environment,
  });
  if (code !== 0) {
    throw new Problem(
      `\`yarn ${args.join(' ')}\` failed in ${cwd}:\n${output.slice(-2000)}`,
      `see ${logPath}`,
    );
  }
}
