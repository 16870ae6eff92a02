import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { LOGS } from '../bootstrap/paths.mjs';
import { say } from '../bootstrap/say.mjs';
import { runnerResult, takeReport } from './runnerResult.mjs';
import { runVisibly } from './runVisibly.mjs';

const NAME = 'packages and plugins (Jest)';

/** So many files that fail are no accident of a busy machine. */
const MOST_SECOND_RUNS = 3;

/**
 * Runs the tests of all workspaces. Arguments go through to Jest.
 *
 * Where a few files fail, they run once more, alone: these tests drive real
 * builders, databases and servers against the clock, and a busy machine can
 * starve one. What passes only then is named in the summary.
 */
export async function jestTests(argv, environment) {
  const first = await runJest(argv, environment);
  const failedFiles = first.report ? filesThatFailed(first.report) : [];
  if (failedFiles.length === 0 || failedFiles.length > MOST_SECOND_RUNS) {
    return resultOf(first);
  }
  say(`Running alone what failed: ${failedFiles.join(', ')}`);
  const second = await runJest(
    ['--runInBand', '--runTestsByPath', ...failedFiles],
    environment,
  );
  return second.report ? resultOf(settled(first, second)) : resultOf(first);
}

async function runJest(argv, environment) {
  mkdirSync(LOGS, { recursive: true });
  const path = join(LOGS, 'jest.json');
  rmSync(path, { force: true });
  const code = await runVisibly(
    'backstage-cli',
    [
      'repo',
      'test',
      '--watchAll=false',
      '--json',
      `--outputFile=${path}`,
      ...argv,
    ],
    environment,
  );
  return { code, report: takeReport(path) };
}

function resultOf({ code, report, unsteady = [] }) {
  return {
    ...runnerResult(NAME, code, report && countsOf(report)),
    postgresTests: report
      ? titles(report, 'passed').filter(usesPostgres).length
      : 0,
    leftOut: report ? titles(report, 'pending') : [],
    unsteady,
  };
}

function filesThatFailed({ testResults }) {
  return testResults
    .filter(({ status }) => status === 'failed')
    .map(({ name }) => name);
}

/** The first run, with the files that ran again as they were in the second. */
export function settled(first, second) {
  const again = new Set(second.report.testResults.map(({ name }) => name));
  const failedAtFirst = new Set(titles(first.report, 'failed'));
  return {
    code: second.code,
    report: {
      testResults: [
        ...first.report.testResults.filter(({ name }) => !again.has(name)),
        ...second.report.testResults,
      ],
    },
    unsteady: titles(second.report, 'passed').filter(title =>
      failedAtFirst.has(title),
    ),
  };
}

export function countsOf(report) {
  const count = (...statuses) =>
    statuses.flatMap(status => titles(report, status)).length;
  // A file that cannot be loaded holds tests that did not run.
  const broken = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' &&
      !assertionResults.some(test => test.status === 'failed'),
  );
  return {
    passed: count('passed'),
    failed: count('failed') + broken.length,
    skipped: count('pending', 'todo'),
  };
}

function titles(report, status) {
  return report.testResults
    .flatMap(file => file.assertionResults)
    .filter(test => test.status === status)
    .map(test => test.fullName);
}

/** Tests of the stores carry the name of their database, as TestDatabases gives it. */
function usesPostgres(title) {
  return /POSTGRES_\d+/.test(title);
}
