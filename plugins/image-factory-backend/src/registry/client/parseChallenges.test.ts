import { parseChallenges } from './parseChallenges';

describe('parseChallenges', () => {
  it('reads where a token is to be had, and for what', () => {
    expect(
      parseChallenges(
        'Bearer realm="https://auth.example/token",service="registry.example",scope="repository:team/app:pull,push"',
      ),
    ).toEqual([
      {
        scheme: 'bearer',
        parameters: {
          realm: 'https://auth.example/token',
          service: 'registry.example',
          scope: 'repository:team/app:pull,push',
        },
      },
    ]);
  });

  it('reads several challenges of one header, and leaves out what it does not understand', () => {
    expect(
      parseChallenges(
        'Negotiate, Basic realm="a, \\"b\\"" , DIGEST nonce=x, bearer Realm=https://a.example/t',
      ),
    ).toEqual([
      { scheme: 'basic', parameters: { realm: 'a, "b"' } },
      { scheme: 'bearer', parameters: { realm: 'https://a.example/t' } },
    ]);
  });

  it.each(['', 'realm="x"', '="', 'Negotiate abc=='])(
    'finds no challenge in %p',
    header => {
      expect(parseChallenges(header)).toEqual([]);
    },
  );

  it('gives up on a header of a megabyte', () => {
    expect(parseChallenges(`${'x '.repeat(500_000)}Basic realm="x"`)).toEqual(
      [],
    );
  });
});
