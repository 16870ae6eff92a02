import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { ROOT } from '../bootstrap/paths.mjs';
import { say } from '../bootstrap/say.mjs';
import { runVisibly } from '../tests/runVisibly.mjs';
import { startPostgres } from '../tests/startPostgres.mjs';

/** `npm run bench -- <name>`: measures one thing, on SQLite and on a PostgreSQL of its own. */
export async function run([name = '']) {
  const { node, environment } = await bootstrap();
  const { resolve } = createRequire(join(ROOT, 'package.json'));
  const postgres = await startPostgres();
  say(`PostgreSQL ${postgres.version} ${postgres.origin} runs beside SQLite`);
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
