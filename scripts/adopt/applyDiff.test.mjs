import assert from 'node:assert/strict';
import test from 'node:test';
import { applyDiff } from './applyDiff.mjs';

const TEXT = [
  'import a',
  '',
  '<A>',
  '  <B />',
  '</A>',
  '<A>',
  '  <B />',
  '</A>',
  '',
].join('\n');

test('lines are added at each place that the lines around them name', () => {
  const diff = [
    '@@ imports @@',
    ' import a',
    '+import c',
    '',
    '@@ each A @@',
    '   <B />',
    '+  <C />',
    ' </A>',
  ].join('\n');
  assert.equal(
    applyDiff(TEXT, diff),
    [
      'import a',
      'import c',
      '',
      '<A>',
      '  <B />',
      '  <C />',
      '</A>',
      '<A>',
      '  <B />',
      '  <C />',
      '</A>',
      '',
    ].join('\n'),
  );
});

test('lines are replaced, the first of the text too', () => {
  assert.equal(applyDiff('a\nb\n', '-a\n+$&\n b'), '$&\nb\n');
});

test('a place is whole lines, and one that is not there is told', () => {
  assert.equal(applyDiff('aa\n', ' a\n+b'), undefined);
});
