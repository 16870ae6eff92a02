import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ROOT } from '../bootstrap/paths.mjs';
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
    '## Two',
    '```ts',
    'c',
    '```',
  ].join('\n');
  assert.deepEqual(readSteps(page), {
    One: [{ language: 'sh', code: 'a\n  b' }],
    Two: [{ language: 'ts', code: 'c' }],
  });
});

test('the page on installing asks for three steps a side at most', () => {
  const page = readFileSync(join(ROOT, 'docs/installing.md'), 'utf8');
  const steps = readSteps(page);
  for (const heading of ['The backend', 'The frontend']) {
    assert.ok(steps[heading].length >= 1, heading);
    assert.ok(steps[heading].length <= 3, heading);
  }
});
