import { findEngines } from './engines.mjs';
import { playwrightTests } from './playwrightTests.mjs';

const CONFIG = 'e2e/crash.config.ts';
/** What the builds of these tests are made with. */
const NEEDED = ['buildah', 'busybox-static'];

/** Kills real portals at every moment of a build, on both databases. Arguments go through to Playwright. */
export async function crashTests(environment, args) {
  return playwrightTests({
    name: 'crash suite (Playwright)',
    config: CONFIG,
    args: ['--project=sqlite', '--project=postgres', ...args],
    environment,
  });
}

/** A few kills, for every test run; where an engine is missing, it is told as left out. */
export async function shortCrashTests(environment) {
  const name = 'crash suite, short form (Playwright)';
  const missing = await missingCrashEngines();
  if (missing.length > 0) {
    return {
      name,
      passed: 0,
      failed: 0,
      skipped: 1,
      leftOut: [`${missing.join(' and ')} is missing: ${name}`],
    };
  }
  return playwrightTests({
    name,
    config: CONFIG,
    args: ['--project=short'],
    environment,
  });
}

export async function missingCrashEngines() {
  const engines = await findEngines({});
  const missing = NEEDED.filter(engine => !engines[engine]);
  return process.platform === 'linux' ? missing : [...missing, 'Linux'];
}
