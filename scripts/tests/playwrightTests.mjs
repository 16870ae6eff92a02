import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LOGS } from '../bootstrap/paths.mjs';
import { runnerResult, takeReport } from './runnerResult.mjs';
import { runVisibly } from './runVisibly.mjs';

/** Runs the specs of a Playwright config. */
export async function playwrightTests({
  name,
  config,
  args = [],
  environment,
}) {
  mkdirSync(LOGS, { recursive: true });
  const path = join(LOGS, 'playwright.json');
  rmSync(path, { force: true });
  const code = await runVisibly(
    'playwright',
    ['test', `--config=${config}`, '--reporter=list,json', ...args],
    { ...environment, PLAYWRIGHT_JSON_OUTPUT_NAME: path },
  );
  const report = takeReport(path);
  return {
    ...runnerResult(name, code, report && countsOf(report)),
    unsteady: report ? flakyTitles(report.suites) : [],
  };
}

function countsOf({ stats, errors }) {
  return {
    // Where a config lets a test run twice, the summary names what needed it.
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
  };
}

/** Files hold suites, which may hold suites. */
export function flakyTitles(suites = []) {
  return suites.flatMap(suite => [
    ...(suite.specs ?? [])
      .filter(({ tests }) => tests.some(({ status }) => status === 'flaky'))
      .map(({ title }) => title),
    ...flakyTitles(suite.suites),
  ]);
}
