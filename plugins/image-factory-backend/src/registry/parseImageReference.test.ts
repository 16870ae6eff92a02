import fc from 'fast-check';
import { formatImageReference } from './formatImageReference';
import { parseImageReference } from './parseImageReference';

const sha256 = `sha256:${'a'.repeat(64)}`;

describe('parseImageReference', () => {
  it.each([
    ['hello-site', { repository: 'hello-site' }],
    ['hello-site:3', { repository: 'hello-site', tag: '3' }],
    ['foo/bar', { repository: 'foo/bar' }],
    ['localhost/x', { host: 'localhost', repository: 'x' }],
    ['a.b/x', { host: 'a.b', repository: 'x' }],
    ['x:5000/y', { host: 'x:5000', repository: 'y' }],
    ['x:5000/y:1', { host: 'x:5000', repository: 'y', tag: '1' }],
    ['Registry/app', { host: 'Registry', repository: 'app' }],
    ['[::1]:5000/app', { host: '[::1]:5000', repository: 'app' }],
    ['127.0.0.1/app', { host: '127.0.0.1', repository: 'app' }],
    [
      'ghcr.io/team/sub/app:v1.0_x-y',
      { host: 'ghcr.io', repository: 'team/sub/app', tag: 'v1.0_x-y' },
    ],
    [`app@${sha256}`, { repository: 'app', digest: sha256 }],
    [
      `r.example/app:1@${sha256}`,
      { host: 'r.example', repository: 'app', tag: '1', digest: sha256 },
    ],
    ['a__b/c---d/e.f/g_h', { repository: 'a__b/c---d/e.f/g_h' }],
    [`a:${'t'.repeat(128)}`, { repository: 'a', tag: 't'.repeat(128) }],
  ])('reads %s', (text, reference) => {
    expect(parseImageReference(text)).toEqual({ ok: true, reference });
  });

  it.each([
    ['', /is empty/],
    ['my app', /white space/],
    [' app', /white space/],
    ['app\n', /white space/],
    [
      'HelloSite',
      /capitals; registries take lower case only\. Write "hellosite"/,
    ],
    ['team/App:1', /capitals/],
    ['https://r.example/app', /begins with "https:\/\/"/],
    ['a//b', /empty part/],
    ['/app', /empty part/],
    ['app/', /empty part/],
    ['.app', /not allowed in a repository/],
    ['a..b', /not allowed in a repository/],
    ['a___b', /not allowed in a repository/],
    ['-app', /not allowed in a repository/],
    ['app$(x)', /not allowed in a repository/],
    ['app:', /is not a tag/],
    [':1', /no repository/],
    ['localhost/', /names the host "localhost" and no repository/],
    ['app:-x', /is not a tag/],
    ['app:a b', /white space/],
    [`a:${'t'.repeat(129)}`, /129 characters long; at most 128/],
    ['app@sha256:abc', /is not a digest/],
    [`app@sha256:${'A'.repeat(64)}`, /is not a digest/],
    ['app@', /is not a digest/],
    [`app@${sha256}@${sha256}`, /is not a digest/],
    ['a.b:99999/x', /not the host of a registry/],
    ['a_b.c/x', /not the host of a registry/],
    ['a.b:port/x', /not the host of a registry/],
    [`${'a/'.repeat(127)}bcd`, /257 characters long; at most 255/],
  ])('refuses %j in words', (text, problem) => {
    expect(parseImageReference(text)).toEqual({
      ok: false,
      problem: expect.stringMatching(problem),
    });
  });

  it('gives back the text of whatever it has read, and says something of all else', () => {
    const like = fc.stringMatching(/^[a-zA-Z0-9._:/@-]{1,40}$/);
    const any = fc.oneof(like, fc.string({ unit: 'grapheme' }));
    const property = fc.property(any, text => {
      const parsed = parseImageReference(text);
      return parsed.ok
        ? formatImageReference(parsed.reference) === text
        : parsed.problem.length > 20;
    });
    expect(fc.check(property)).toMatchObject({ failed: false });
  });
});
