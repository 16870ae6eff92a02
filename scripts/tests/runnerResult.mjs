import { existsSync, rmSync } from 'node:fs';
import { readJson } from '../bootstrap/paths.mjs';

/**
 * What one runner found. A runner that ends badly without naming a failed test,
 * or that writes no report, has crashed: that counts as a failure.
 */
export function runnerResult(name, code, counts) {
  const { passed, failed, skipped } = counts ?? {
    passed: 0,
    failed: 0,
    skipped: 0,
  };
  const crashed = counts === undefined || (code !== 0 && failed === 0);
  return {
    name,
    passed,
    failed: crashed ? failed + 1 : failed,
    skipped,
    problem: crashed
      ? `${name}: the runner ended with exit code ${code} without naming a failed test`
      : undefined,
  };
}

/** The report that a runner left, read once. */
export function takeReport(path) {
  if (!existsSync(path)) {
    return undefined;
  }
  const report = readJson(path);
  rmSync(path);
  return report;
}
