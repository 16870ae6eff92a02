import { say } from '../bootstrap/say.mjs';
import { shortCrashTests } from './crashTests.mjs';
import { jestTests } from './jestTests.mjs';
import { scriptTests } from './scriptTests.mjs';
import { startPostgres } from './startPostgres.mjs';

/** The tests of the packages and of the scripts, with a PostgreSQL beside SQLite, and a few kills of a real portal. */
export async function unitTests({ node, environment }, argv) {
  const results =
    argv.length === 0 ? [await scriptTests(node, environment)] : [];
  const postgres = await startPostgres();
  say(`PostgreSQL ${postgres.version} ${postgres.origin} runs for the tests`);
  try {
    const jest = await jestTests(argv, {
      ...environment,
      ...postgres.environment,
      BACKSTAGE_TEST_DISABLE_DOCKER: '1',
    });
    // Without this, tests of the stores could run on SQLite alone unnoticed.
    const postgresWasUsed = argv.length > 0 || jest.postgresTests > 0;
    results.push(
      postgresWasUsed
        ? jest
        : {
            ...jest,
            failed: jest.failed + 1,
            problem: jest.problem ?? 'No test used PostgreSQL',
          },
    );
  } finally {
    await postgres.stop();
  }
  if (argv.length === 0) {
    results.push(await shortCrashTests(environment));
  }
  return { results, postgres };
}
