import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOGS, ROOT } from '../bootstrap/paths.mjs';
import { runnerResult, takeReport } from './runnerResult.mjs';
import { runVisibly } from './runVisibly.mjs';

const NAME = 'scripts (node:test)';
const REPORTER = fileURLToPath(
  new URL('./countingReporter.mjs', import.meta.url),
);

/** Runs the tests of the scripts themselves. */
export async function scriptTests(node, environment) {
  mkdirSync(LOGS, { recursive: true });
  const path = join(LOGS, 'scripts.json');
  rmSync(path, { force: true });
  const code = await runVisibly(
    node,
    [
      '--test',
      '--test-reporter=spec',
      '--test-reporter-destination=stdout',
      `--test-reporter=${REPORTER}`,
      `--test-reporter-destination=${path}`,
      ...testFiles(join(ROOT, 'scripts')),
    ],
    environment,
  );
  return runnerResult(NAME, code, takeReport(path));
}

function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return testFiles(path);
    }
    return entry.name.endsWith('.test.mjs') ? [path] : [];
  });
}
