import fc from 'fast-check';
import { findReferenceProblem } from './findReferenceProblem';
import {
  isSameRepository,
  parseGitLocation,
  plainRepository,
} from './parseGitLocation';

function isBitbucketServer(host: string): boolean {
  return host === 'bitbucket.example.com';
}

/** What no answer may have, whatever the text. */
function faultsOf(text: string): string[] {
  const parsed = parseGitLocation(text, isBitbucketServer);
  if (!parsed.ok) {
    return /\p{Cc}/u.test(parsed.problem) ? ['control characters'] : [];
  }
  const { repository, host, ref, path } = parsed;
  const url = new URL(repository);
  const faults: Record<string, boolean> = {
    'not plain': url.href !== repository,
    'not https': url.protocol !== 'https:',
    'another host': url.host !== new URL(text).host || host !== url.host,
    'another repository': !new URL(text).pathname
      .split('/')
      .map(decodeURIComponent)
      .join('/')
      .startsWith(decodeURIComponent(url.pathname)),
    'more than a path': url.username + url.search + url.hash !== '',
    'out of the repository': path.split('/').includes('..'),
    'no plain folder': /^\/|\/$|\\|\p{Cc}/u.test(path),
    'no ref': ref !== undefined && findReferenceProblem(ref) !== undefined,
  };
  return Object.keys(faults).filter(fault => faults[fault]);
}

describe('parseGitLocation', () => {
  it.each([
    ['https://host:8443/team/app.git', 'https://host:8443/team/app.git', ''],
    ['https://host/team/app', 'https://host/team/app', ''],
    ['https://host/team/app/', 'https://host/team/app', ''],
    ['https://host/git/a/b/app.git/', 'https://host/git/a/b/app.git', ''],
    ['https://HOST:443/app.git', 'https://host/app.git', ''],
  ])(
    'takes %s for a repository at its default branch',
    (target, repository, path) => {
      expect(parseGitLocation(target, isBitbucketServer)).toEqual({
        ok: true,
        repository,
        host: new URL(repository).host,
        ref: undefined,
        path,
      });
    },
  );

  it.each([
    ['https://host/team/app/tree/main/', 'https://host/team/app', 'main', ''],
    [
      'https://host:8443/team/app.git/tree/v1/sub/dir/',
      'https://host:8443/team/app.git',
      'v1',
      'sub/dir',
    ],
    [
      'https://github.com/o/r/tree/feature%2Fx/my%20site/',
      'https://github.com/o/r',
      'feature/x',
      'my site',
    ],
    [
      'https://github.com/o/r/blob/main/a/catalog-info.yaml',
      'https://github.com/o/r',
      'main',
      'a',
    ],
    [
      'https://gitlab.com/g/sub/p/-/tree/main/x/',
      'https://gitlab.com/g/sub/p',
      'main',
      'x',
    ],
    [
      'https://gitlab.com/g/p/-/blob/main/',
      'https://gitlab.com/g/p',
      'main',
      '',
    ],
    [
      'https://gitea.example.com/o/r/src/branch/main/x/',
      'https://gitea.example.com/o/r',
      'main',
      'x',
    ],
    [
      'https://bitbucket.org/ws/r/src/master/x/',
      'https://bitbucket.org/ws/r',
      'master',
      'x',
    ],
    [
      'https://bitbucket.example.com/projects/P/repos/r/browse/x?at=main',
      'https://bitbucket.example.com/scm/P/r',
      'main',
      'x',
    ],
    [
      'https://dev.azure.com/org/project/_git/r?path=/x&version=GBmain',
      'https://dev.azure.com/org/project/_git/r',
      'main',
      'x',
    ],
  ])('reads %s as its host writes it', (target, repository, ref, path) => {
    expect(parseGitLocation(target, isBitbucketServer)).toEqual({
      ok: true,
      repository,
      host: new URL(repository).host,
      ref,
      path,
    });
  });

  it.each([
    ['http://host/team/app', /not an https URL/],
    ['git://host/team/app', /not an https URL/],
    ['ssh://git@host/team/app', /not an https URL/],
    ['git@host:team/app', /not an https URL/],
    ['file:///etc', /not an https URL/],
    ['ext::sh', /not an https URL/],
    ['ext::sh -c touch% /tmp/x', /spaces or control characters/],
    ['--upload-pack=x', /not an https URL/],
    ['-chttp.proxy=x', /not an https URL/],
    ['https://host/team/app\n', /spaces or control characters/],
    ['https://host/team\\app', /spaces or control characters/],
    ['https://host', /does not name a folder of a repository/],
    ['https://host/.git', /does not name a folder of a repository/],
    ['https://host/a/b/tree/main/.git/', /does not name a folder/],
    ['https://host/a/b/tree/main/a%2F..%2F..%2Fb/', /does not name a folder/],
    ['https://host/a/b/tree/--upload-pack=x/', /begins with a dash/],
    ['https://host/a/b/tree/main%0a/', /control character/],
    ['https://host/a/b/tree/%ff/', /cannot be read as the URL/],
    [`https://host/${'a'.repeat(2000)}`, /too long/],
  ])('refuses %j and says why and what to do', (target, problem) => {
    expect(parseGitLocation(target, isBitbucketServer)).toEqual({
      ok: false,
      problem: expect.stringMatching(problem),
    });
  });

  it.each([
    'https://gitlab.com/attacker/repo/-/blob/main/projects/victim/repos/private/catalog-info.yaml',
    'https://github.com/attacker/repo/blob/main/users/victim/repos/private/catalog-info.yaml',
    'https://github.com/projects/victim/repos/private/catalog-info.yaml',
    'https://bitbucket.example.com/scm/A/r/projects/victim/repos/private/browse',
    'https://bitbucket.example.com/x/projects/victim/repos/private/browse',
    'https://bitbucket.example.com/projects/a/b/repos/private/browse',
    'https://gitlab.com/attacker%2Frepo/-/blob/main/catalog-info.yaml',
  ])('takes %s for no other repository than its own', target => {
    expect(parseGitLocation(target, isBitbucketServer)).toEqual({
      ok: false,
      problem: expect.stringContaining('cannot be read as the URL'),
    });
  });

  it('takes a name for the same one that is written in another way', () => {
    expect(
      parseGitLocation('https://host/team/a+b/tree/main/x/', () => false),
    ).toMatchObject({ ok: true, repository: 'https://host/team/a%2Bb' });
  });

  it('refuses a login in the URL without repeating it', () => {
    const parsed = parseGitLocation(
      'https://user:hunter2@host/team/app',
      isBitbucketServer,
    );
    expect(parsed).toEqual({
      ok: false,
      problem: expect.stringContaining('has a login in its URL'),
    });
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });

  it('never throws, and never leaves the host, https or the folders of a repository', () => {
    const piece = fc.constantFrom(
      ...['https://', 'http://', 'host', ':8443', 'user:pw@', '/', '//', '..'],
      ...['.git', 'tree', 'blob', 'src', '-', 'main', '%2e%2e', '%2F', '%00'],
      ...['--upload-pack=x', '?path=', '&version=GB', '#', '\\', ' ', '\n'],
      ...['projects/p/repos/r/browse', 'scm/', 'ext::', 'a', '@', '[::1]'],
    );
    const target = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.array(piece, { maxLength: 12 }).map(pieces => pieces.join('')),
      fc
        .array(piece, { maxLength: 10 })
        .map(pieces => `https://host/${pieces.join('/')}`),
    );
    fc.assert(
      fc.property(target, text => {
        expect(faultsOf(text)).toEqual([]);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('isSameRepository', () => {
  it('knows a repository with and without its suffix, and no other', () => {
    const one = 'https://host/team/app';
    expect(isSameRepository(one, 'https://host/team/app.git')).toBe(true);
    for (const other of [
      'https://host:8443/team/app',
      'https://host/team/app2',
      'https://host/team',
      'https://elsewhere/team/app',
    ]) {
      expect(isSameRepository(one, other)).toBe(false);
    }
  });
});

describe('plainRepository', () => {
  it('leaves out what a reader does not need', () => {
    expect(plainRepository('https://host:8443/team/app.git')).toBe(
      'host:8443/team/app',
    );
  });
});
