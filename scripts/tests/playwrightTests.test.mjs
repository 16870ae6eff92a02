import assert from 'node:assert/strict';
import test from 'node:test';
import { flakyTitles } from './playwrightTests.mjs';

test('what passed only when repeated is found in suites of any depth', () => {
  const spec = (title, status) => ({ title, tests: [{ status }] });
  const suites = [
    {
      specs: [spec('steady', 'expected'), spec('starved', 'flaky')],
      suites: [{ specs: [spec('deep', 'flaky')] }],
    },
    { suites: [{ specs: [spec('broken', 'unexpected')] }] },
  ];
  assert.deepEqual(flakyTitles(suites), ['starved', 'deep']);
  assert.deepEqual(flakyTitles(), []);
});
