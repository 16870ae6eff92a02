import { environmentSecrets } from './environmentSecrets';

describe('environmentSecrets', () => {
  it.each([
    ['http://user:pr0xy-word@proxy:3128', ['pr0xy-word']],
    ['http://user:s3cr3t-pa/ss@proxy:3128', ['s3cr3t-pa/ss']],
    ['user:p%40ssword@proxy:3128', ['p%40ssword', 'p@ssword']],
    ['http://user:100%-sure@proxy:3128', ['100%-sure']],
    ['http://token-alone@proxy', ['token-alone']],
    ['http://proxy:3128', []],
  ])('knows the password in %s', (HTTPS_PROXY, passwords) => {
    expect(environmentSecrets({ HTTPS_PROXY })).toEqual(passwords);
    expect(environmentSecrets({ all_proxy: HTTPS_PROXY })).toEqual(passwords);
  });

  it('takes variables for secret whose names say so, and no others', () => {
    expect(
      environmentSecrets({
        NPM_TOKEN: 'one',
        SIGNING_KEY: 'two',
        MIRROR_PASSWORD: 'three',
        PATH: '/bin',
        NO_PROXY: 'user:word@host',
        KEYBOARD: 'qwerty',
      }),
    ).toEqual(['one', 'two', 'three']);
  });
});
