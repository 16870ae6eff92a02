import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { Problem } from '../bootstrap/problem.mjs';
import { crashTests, missingCrashEngines } from '../tests/crashTests.mjs';
import { findEngines } from '../tests/engines.mjs';
import { findPostgres } from '../tests/postgresBinaries.mjs';
import { summarize } from '../tests/summary.mjs';

export const help = `npm run test:crash [-- options of playwright test]

Kills, starves and stops real portals on both databases. CRASH_ROUNDS and
CRASH_SEED set the kills at random moments.
`;

/**
 * `npm run test:crash`: portals that are killed, starved and stopped.
 * CRASH_ROUNDS and CRASH_SEED set the kills at random moments; arguments go
 * through to Playwright.
 */
export async function run(argv) {
  const started = Date.now();
  const { environment } = await bootstrap();
  const missing = await missingCrashEngines();
  if (missing.length > 0) {
    throw new Problem(
      `The crash suite builds real images, and this machine lacks ${missing.join(
        ' and ',
      )}`,
      'install them (Debian, Ubuntu: sudo apt-get install -y buildah busybox-static), then run this again',
    );
  }
  const results = [await crashTests(environment, argv)];
  const [postgres = {}] = findPostgres();
  const engines = await findEngines(postgres);
  const summary = summarize({
    results,
    engines: {
      PostgreSQL: engines.PostgreSQL,
      buildah: engines.buildah,
      'busybox-static': engines['busybox-static'],
      'docker-registry': engines['docker-registry'],
    },
    started,
  });
  console.log(summary.text);
  return summary.failed === 0 ? 0 : 1;
}
