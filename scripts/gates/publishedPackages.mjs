import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';
import { runVisibly } from '../tests/runVisibly.mjs';

const REPO_TOOLS = 'backstage-repo-tools';

/** Checks the types of all there is; the declarations stay for the reports of the public API. */
export async function compileTypes({ environment }) {
  rmSync(join(ROOT, 'dist-types'), { recursive: true, force: true });
  return runVisibly('tsc', ['--incremental', 'false'], environment);
}

/** Fails where a report of the public API, of the tables or of dependencies that nothing uses would change. */
export function checkReports({ environment }) {
  return runReports(environment, ['--ci']);
}

/** Writes these reports anew. */
export async function writeReports({ environment }) {
  return (await compileTypes({ environment })) || runReports(environment, []);
}

async function runReports(environment, options) {
  const api = await runVisibly(
    REPO_TOOLS,
    [
      'api-reports',
      '--sql-reports',
      '--validate-release-tags',
      // The generated client has declarations of its own, and members without a
      // word; the report marks these as well.
      '--omit-messages=ae-wrong-input-file-type,ae-undocumented',
      ...options,
    ],
    environment,
  );
  const dependencies = await runVisibly(
    REPO_TOOLS,
    ['knip-reports', ...options],
    environment,
  );
  return api || dependencies;
}

/** What a catalog and an adopter's package manager need of each package. */
export async function checkPackages({ environment }) {
  const catalog = await runVisibly(
    REPO_TOOLS,
    ['generate-catalog-info', '--ci'],
    environment,
  );
  const peers = await runVisibly(REPO_TOOLS, ['peer-deps'], environment);
  return catalog || peers;
}

export function lintOpenApi({ environment }) {
  return runVisibly(
    REPO_TOOLS,
    ['repo', 'schema', 'openapi', 'lint', '--strict'],
    environment,
  );
}
