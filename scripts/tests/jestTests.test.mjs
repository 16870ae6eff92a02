import assert from 'node:assert/strict';
import test from 'node:test';
import { countsOf, settled } from './jestTests.mjs';

function file(name, results, status) {
  return {
    name,
    status:
      status ??
      (Object.values(results).includes('failed') ? 'failed' : 'passed'),
    assertionResults: Object.entries(results).map(([fullName, result]) => ({
      fullName,
      status: result,
    })),
  };
}

function runOf(...testResults) {
  return { code: 1, report: { testResults } };
}

test('a test that passes when its file runs once more counts as passed, and is named', () => {
  const merged = settled(
    runOf(
      file('a', { steady: 'passed' }),
      file('b', { starved: 'failed', beside: 'passed' }),
    ),
    {
      ...runOf(file('b', { starved: 'passed', beside: 'passed' })),
      code: 0,
    },
  );
  assert.deepEqual(countsOf(merged.report), {
    passed: 3,
    failed: 0,
    skipped: 0,
  });
  assert.equal(merged.code, 0);
  assert.deepEqual(merged.unsteady, ['starved']);
});

test('a test that fails twice has failed', () => {
  const merged = settled(
    runOf(file('a', { broken: 'failed' })),
    runOf(file('a', { broken: 'failed' })),
  );
  assert.equal(countsOf(merged.report).failed, 1);
  assert.deepEqual(merged.unsteady, []);
});

test('a test that fails only the second time has failed', () => {
  const merged = settled(
    runOf(file('a', { one: 'failed', two: 'passed' })),
    runOf(file('a', { one: 'passed', two: 'failed' })),
  );
  assert.equal(countsOf(merged.report).failed, 1);
});

test('a file that cannot be loaded is a failure', () => {
  assert.deepEqual(countsOf({ testResults: [file('a', {}, 'failed')] }), {
    passed: 0,
    failed: 1,
    skipped: 0,
  });
});

test('what was left out is counted as skipped', () => {
  assert.equal(
    countsOf({ testResults: [file('a', { one: 'pending', two: 'todo' })] })
      .skipped,
    2,
  );
});
