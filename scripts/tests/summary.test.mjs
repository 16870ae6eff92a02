import assert from 'node:assert/strict';
import test from 'node:test';
import { runnerResult } from './runnerResult.mjs';
import { summarize } from './summary.mjs';

function lastLine(results, engines) {
  const { text } = summarize({ results, engines, started: Date.now() });
  return text.split('\n').at(-1);
}

test('the closing line stands alone and sums over all runners', () => {
  const results = [
    { name: 'one', passed: 3, failed: 1, skipped: 0 },
    { name: 'two', passed: 4, failed: 0, skipped: 2 },
  ];
  assert.equal(lastLine(results), '7 passed, 1 failed, 2 skipped');
});

test('a run of no tests is a failure', () => {
  assert.equal(lastLine([]), '0 passed, 1 failed');
  const empty = runnerResult('one', 0, { passed: 0, failed: 0, skipped: 0 });
  assert.equal(lastLine([empty]), '0 passed, 1 failed');
});

test('a runner that dies is a failure though all its tests passed', () => {
  const died = runnerResult('one', 137, { passed: 9, failed: 0, skipped: 0 });
  assert.equal(died.failed, 1);
  assert.match(died.problem, /exit code 137/);
});

test('a runner that leaves no report is a failure though it ends well', () => {
  assert.equal(runnerResult('one', 0, undefined).failed, 1);
});

test('each engine that this machine lacks is named', () => {
  const { text } = summarize({
    results: [{ name: 'one', passed: 1, failed: 0, skipped: 0 }],
    engines: { PostgreSQL: '18.4', podman: undefined },
    started: Date.now(),
  });
  assert.match(text, /Ran with: PostgreSQL 18\.4/);
  assert.match(text, /Not on this machine: podman/);
});

test('tests that were left out are counted by the engine that they need', () => {
  const { text } = summarize({
    results: [
      {
        name: 'one',
        passed: 1,
        failed: 0,
        skipped: 2,
        leftOut: ['buildah is missing: a build', 'buildah is missing: a log'],
      },
    ],
    started: Date.now(),
  });
  assert.match(text, /Left out: 2 tests \(buildah is missing\)/);
});

test('a test that passed only when run once more is named', () => {
  const { text } = summarize({
    results: [
      { name: 'one', passed: 1, failed: 0, skipped: 0, unsteady: ['a lease'] },
    ],
    started: Date.now(),
  });
  assert.match(text, /passed when run once more: a lease/);
});
