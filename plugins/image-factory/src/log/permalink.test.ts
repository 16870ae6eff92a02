import { formatLineHash, parseLineHash } from './permalink';

describe('permalinks', () => {
  it('point to a line or to several, in either order', () => {
    expect(parseLineHash('#L120')).toEqual({ first: 120, last: 120 });
    expect(parseLineHash('#L120-L140')).toEqual({ first: 120, last: 140 });
    expect(parseLineHash('#L140-L120')).toEqual({ first: 120, last: 140 });
  });

  it('are told from what is none', () => {
    for (const hash of ['', '#', '#L0', '#L', '#120', '#L1-', '#L1x', '#l1']) {
      expect(parseLineHash(hash)).toBeUndefined();
    }
  });

  it('are written as they are read', () => {
    for (const lines of [
      { first: 1, last: 1 },
      { first: 7, last: 1_000_000 },
    ]) {
      expect(parseLineHash(formatLineHash(lines))).toEqual(lines);
    }
  });
});
