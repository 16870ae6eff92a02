import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { ROOT } from '../bootstrap/paths.mjs';
import { Problem } from '../bootstrap/problem.mjs';
import { say } from '../bootstrap/say.mjs';
import { runVisibly } from '../tests/runVisibly.mjs';
import { startPostgres } from '../tests/startPostgres.mjs';
import { withCluster } from '../tests/withCluster.mjs';

const BENCHMARKS = join(ROOT, 'benchmarks');
const NAMES = readdirSync(BENCHMARKS).filter(name =>
  existsSync(join(BENCHMARKS, name, 'benchmark.ts')),
);

export const help = `npm run bench -- <name>

Measures one thing by hand; benchmarks/README.md tells what there is.

  ${NAMES.join('\n  ')}
`;

export const accepts = { words: 1 };

/** Those that build on a Kubernetes. */
const ON_CLUSTER = ['tekton', 'tekton-overhead'];

/** `npm run bench -- <name>`: measures one thing, on SQLite and on a PostgreSQL of its own. */
export async function run([name]) {
  if (!NAMES.includes(name)) {
    throw new Problem(
      name === undefined
        ? 'It has to be told what to measure'
        : `There is no benchmark '${name}'`,
      `use one of: ${NAMES.join(', ')}, as in \`npm run bench -- ${NAMES[0]}\``,
    );
  }
  const tools = await bootstrap();
  return ON_CLUSTER.includes(name)
    ? withCluster(tools, () => measure(tools, name))
    : measure(tools, name);
}

async function measure({ node, environment }, name) {
  const { resolve } = createRequire(join(ROOT, 'package.json'));
  const postgres = await startPostgres();
  say(`PostgreSQL ${postgres.version} ${postgres.origin} is up`);
  try {
    return await runVisibly(
      node,
      [
        '--require',
        resolve('@backstage/cli-node/config/nodeTransform.cjs'),
        'benchmarks/run.ts',
        name,
        ...Object.values(postgres.environment),
      ],
      environment,
    );
  } finally {
    await postgres.stop();
  }
}
