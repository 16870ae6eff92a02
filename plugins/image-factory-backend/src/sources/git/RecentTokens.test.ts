import { RecentTokens } from './RecentTokens';

describe('RecentTokens', () => {
  let known: string[];
  let tokens: RecentTokens;
  let hours: number;

  beforeEach(() => {
    known = [];
    hours = 0;
    tokens = new RecentTokens(
      value => {
        known.push(value);
        return () => known.splice(known.indexOf(value), 1);
      },
      () => hours * 3_600_000,
    );
  });

  it('knows the last three tokens of each repository, and takes back those before', () => {
    for (let n = 1; n <= 1_000; n += 1) tokens.keep('host/a', `a${n}`);
    tokens.keep('host/b', 'b1');
    expect(known).toEqual(['a998', 'a999', 'a1000', 'b1']);
  });

  it('takes back what no repository has needed for a day', () => {
    tokens.keep('host/a', 'a1');
    tokens.keep('host/b', 'b1');
    hours = 20;
    tokens.keep('host/b', 'b2');
    tokens.keep('host/c', 'c1');
    hours = 25;
    tokens.keep('host/c', 'c1');
    expect(known).toEqual(['b2', 'c1']);
    hours = 60;
    tokens.keep('host/a', 'a1');
    expect(known).toEqual(['a1']);
  });

  it('makes a token known once, however often it is used, and takes the one back that was used the longest ago', () => {
    for (const each of ['1', '2', '3', '1', '1', '4']) {
      tokens.keep('host/a', each);
    }
    expect(known.sort()).toEqual(['1', '3', '4']);
  });
});
