import assert from 'node:assert/strict';
import test from 'node:test';
import { documentedSteps } from './documentedSteps.mjs';
import { readSteps } from './readSteps.mjs';

test('code is found under its heading, without the indent of a list', () => {
  const page = [
    '# Title',
    '## One',
    '1. Do',
    '   ```sh',
    '   a',
    '     b',
    '   ```',
    '### Two',
    '```diff',
    ' c',
    '```',
  ].join('\n');
  assert.deepEqual(readSteps(page), {
    One: [{ language: 'sh', code: 'a\n  b' }],
    Two: [{ language: 'diff', code: ' c' }],
  });
});

test('code belongs to the file that the text before it names', () => {
  const page = [
    '## One',
    'Not `src/a.ts` but `src/b.tsx`, with `b()`:',
    '```ts',
    'b',
    '```',
    '```ts',
    'c',
    '```',
  ].join('\n');
  assert.deepEqual(readSteps(page).One, [
    { language: 'ts', file: 'src/b.tsx', code: 'b' },
    { language: 'ts', code: 'c' },
  ]);
});

test('installing takes three steps a side at most, in both frontend systems', () => {
  const steps = documentedSteps();
  for (const side of [steps.backend, steps.new, steps.classic]) {
    assert.ok(side.length >= 1);
    assert.ok(side.length <= 3);
  }
});
