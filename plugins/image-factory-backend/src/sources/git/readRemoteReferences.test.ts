import {
  readRemoteReferences,
  referencePatterns,
} from './readRemoteReferences';

const HEAD = '1'.repeat(40);
const BRANCH = '2'.repeat(40);
const TAG = '3'.repeat(40);
const TAGGED = '4'.repeat(40);

const output = [
  'ref: refs/heads/main\tHEAD',
  `${HEAD}\tHEAD`,
  `${HEAD}\trefs/heads/main`,
  `${BRANCH}\trefs/heads/both`,
  `${TAG}\trefs/tags/both`,
  `${TAGGED}\trefs/tags/both^{}`,
  `${BRANCH}\trefs/remotes/x/refs/heads/elsewhere`,
  'warning: something else',
].join('\n');

describe('readRemoteReferences', () => {
  it.each([
    [undefined, { ref: 'main', commit: HEAD }],
    ['HEAD', { ref: 'main', commit: HEAD }],
    ['main', { ref: 'main', commit: HEAD }],
    ['both', { ref: 'both', commit: BRANCH }],
    ['refs/tags/both', { ref: 'refs/tags/both', commit: TAGGED }],
    ['refs/heads/both', { ref: 'refs/heads/both', commit: BRANCH }],
    ['elsewhere', undefined],
    [TAG.toUpperCase(), { ref: TAG, commit: TAG }],
  ])('finds for %s what git clone would take', (ref, found) => {
    expect(readRemoteReferences(output, ref)).toEqual(found);
  });

  it.each(['--upload-pack=x', 'a b', 'a..b', 'x\u202ey'])(
    'does not take the name %j from a host for its default branch',
    name => {
      expect(
        readRemoteReferences(
          `ref: refs/heads/${name}\tHEAD\n${HEAD}\tHEAD\n`,
          undefined,
        ),
      ).toEqual({ ref: 'HEAD', commit: HEAD });
    },
  );

  it('tells a default branch that is none by its name', () => {
    expect(readRemoteReferences(`${HEAD}\tHEAD\n`, undefined)).toEqual({
      ref: 'HEAD',
      commit: HEAD,
    });
    expect(readRemoteReferences('', undefined)).toBeUndefined();
  });
});

describe('referencePatterns', () => {
  it('asks for no more than what decides', () => {
    expect(referencePatterns(undefined)).toEqual(['HEAD']);
    expect(referencePatterns('a'.repeat(40))).toEqual(['HEAD']);
    expect(referencePatterns('refs/tags/v1')).toEqual([
      'refs/tags/v1',
      'refs/tags/v1^{}',
    ]);
  });
});
