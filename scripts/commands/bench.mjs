import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { ROOT } from '../bootstrap/paths.mjs';
import { say } from '../bootstrap/say.mjs';
import { runVisibly } from '../tests/runVisibly.mjs';
import { startPostgres } from '../tests/startPostgres.mjs';
import { withCluster } from '../tests/withCluster.mjs';

/** Those that build on a Kubernetes. */
const ON_CLUSTER = ['tekton', 'tekton-overhead'];

/** `npm run bench -- <name>`: measures one thing, on SQLite and on a PostgreSQL of its own. */
export async function run([name = '']) {
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
