import { checkServiceAccount } from './checkServiceAccount';

const metadata = { name: 'image-builds' };

describe('checkServiceAccount', () => {
  const check = (account: object) =>
    checkServiceAccount('image-builds', { value: { metadata, ...account } });

  it('is content with one that gives nothing away', () => {
    expect(check({ automountServiceAccountToken: false }).status).toBe('ready');
  });

  it.each([
    ['a token', {}, 'gives its token to pods'],
    [
      'Secrets',
      { automountServiceAccountToken: false, secrets: [{ name: 'git' }] },
      'lists the Secrets git',
    ],
  ])('warns of one that gives pods %s', (_, account, words) => {
    expect(check(account)).toMatchObject({
      status: 'warning',
      message: expect.stringContaining(words),
    });
  });

  it('tells one that is missing from one that may not be looked at', () => {
    expect(
      checkServiceAccount('image-builds', { unread: 'absent' }),
    ).toMatchObject({
      status: 'missing',
      blocks: true,
      message: expect.stringContaining('image-builds'),
    });
    expect(
      checkServiceAccount('image-builds', { unread: 'forbidden' }),
    ).toMatchObject({
      status: 'unknown',
      message:
        'The portal may not get serviceaccounts there, so it cannot tell.',
    });
  });
});
