import fc from 'fast-check';
import { spawnSync } from 'node:child_process';
import { findReferenceProblem, isCommitHash } from './findReferenceProblem';

jest.setTimeout(60_000);

/** What git has nothing against, and we have. */
const MISLEADING =
  /^-|^@$|^refs$|^refs\/(?!heads\/|tags\/)|[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

/** What git itself says of a branch of that name. */
function gitAccepts(reference: string): boolean {
  const name = reference.startsWith('refs/')
    ? reference
    : `refs/heads/${reference}`;
  return spawnSync('git', ['check-ref-format', name]).status === 0;
}

describe('findReferenceProblem', () => {
  it.each([
    'main',
    'HEAD',
    'v1.2.3',
    'feature/a-b_c',
    'refs/heads/main',
    'refs/tags/v1',
    'ünï/cödé',
    'a@b',
    '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  ])('has nothing against %s', reference => {
    expect(findReferenceProblem(reference)).toBeUndefined();
  });

  it.each([
    ['', 'it is empty'],
    ['--upload-pack=touch /tmp/x', 'it begins with a dash'],
    ['-c', 'it begins with a dash'],
    ['a b', 'a space or a control character'],
    ['a\nb', 'a space or a control character'],
    ['a\u0000b', 'a space or a control character'],
    ['a\u202eb', 'a space or a control character'],
    ['a..b', 'it has ".." in it'],
    ['main~1', 'it has "~" in it'],
    ['main:path', 'it has ":" in it'],
    ['a@{1}', 'it has "@{" in it'],
    ['*', 'it has "*" in it'],
    ['a\\b', 'it has "\\" in it'],
    ['@', 'alone'],
    ['a.', 'ends with a dot'],
    ['/a', 'slash'],
    ['a//b', 'slash'],
    ['a/', 'slash'],
    ['.a', 'begins with a dot'],
    ['a/.b', 'begins with a dot'],
    ['a.lock', '".lock"'],
    ['a.lock/b', '".lock"'],
    ['refs/pull/1/head', 'neither under refs/heads/'],
    ['refs/heads/', 'slash'],
    ['x'.repeat(251), 'more than 250 characters'],
  ])('refuses %j and says why', (reference, why) => {
    const problem = findReferenceProblem(reference);
    expect(problem).toContain(why);
    expect(problem).not.toMatch(/\p{Cc}/u);
  });

  it('accepts only what git accepts, and refuses else only what would mislead', () => {
    const part = fc.oneof(
      fc.constantFrom(
        ...['.', '..', '/', '-', '@', '{', '}', '~', '^', ':', '?', '*', '['],
        ...['\\', '.lock', 'refs/', 'heads/', 'tags/', ' ', '\u007f', 'a', 'ö'],
      ),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    );
    const reference = fc
      .array(part, { minLength: 1, maxLength: 6 })
      .map(parts => parts.join(''))
      // No program can be given one in an argument.
      .filter(text => !text.includes('\u0000'));
    fc.assert(
      fc.property(reference, text => {
        expect(
          findReferenceProblem(text) === undefined
            ? gitAccepts(text)
            : !gitAccepts(text) || MISLEADING.test(text),
        ).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

describe('isCommitHash', () => {
  it('knows a full hash of either kind, and no short one', () => {
    expect(isCommitHash('a'.repeat(40))).toBe(true);
    expect(isCommitHash('A'.repeat(64))).toBe(true);
    expect(isCommitHash('a'.repeat(39))).toBe(false);
    expect(isCommitHash('g'.repeat(40))).toBe(false);
  });
});
