import { checkImageTarget } from './checkImageTarget';
import { parseImageReference } from './parseImageReference';
import { RegistrySettings } from './RegistrySettings';

const TENANT = 'group:default/payments';

function registry(host: string, tenantPrefix?: string): RegistrySettings {
  return { host, tenantPrefix, pullCredentials: false };
}

function check(
  text: string,
  registries: RegistrySettings[] = [],
  tenant: string = TENANT,
) {
  const parsed = parseImageReference(text);
  if (!parsed.ok) {
    throw new Error(parsed.problem);
  }
  return checkImageTarget(parsed.reference, { registries, tenant });
}

describe('checkImageTarget', () => {
  it('exports a reference without a host', () => {
    expect(check('team/app:1')).toEqual({ delivery: 'export' });
  });

  it('pushes to a host that is allowed, port and all', () => {
    expect(check('r.example:5000/app', [registry('r.example:5000')])).toEqual({
      delivery: 'push',
    });
  });

  it('refuses any other host, names those that are allowed, and tells how to export', () => {
    expect(check('evil.example/team/app:1', [registry('r.example')])).toEqual({
      problem:
        'Images may not be pushed to "evil.example". Allowed are: r.example. A reference without a host, such as "team/app:1", is exported as an archive to download.',
    });
    expect(check('r.example:5000/app', [registry('r.example')])).toHaveProperty(
      'problem',
    );
    expect(check('localhost/app')).toEqual({
      problem: expect.stringContaining('This portal pushes to no registry.'),
    });
  });

  it('refuses a repository of a layer cache, from which other builds would take it for theirs', () => {
    const layerCaches = ['r.example/cache/{tenant}/{component}'];
    const registries = [{ ...registry('r.example'), layerCaches }];
    expect(check('r.example/cache/search/x:1', registries)).toEqual({
      problem: expect.stringMatching(
        /^The image .* and the layer cache of builds, .* Write a repository outside of it\.$/,
      ),
    });
    expect(check('r.example/payments/x:1', registries)).toEqual({
      delivery: 'push',
    });
  });

  it('refuses a digest, which no build can promise', () => {
    expect(check(`app@sha256:${'a'.repeat(64)}`)).toEqual({
      problem: expect.stringContaining('known only once the image is built'),
    });
  });

  it.each([
    ['{tenant}/', TENANT, 'payments/app'],
    ['{tenant}/', 'group:default/Payments', 'payments/app'],
    ['{namespace}/{tenant}/', 'group:finance/payments', 'finance/payments/app'],
    ['images/{tenant}/', TENANT, 'images/payments/web/app'],
    ['shared/', 'default', 'shared/app'],
  ])('takes under the prefix %s of %s the repository %s', (...row) => {
    const [prefix, tenant, repository] = row;
    expect(
      check(`r.example/${repository}`, [registry('r.example', prefix)], tenant),
    ).toEqual({ delivery: 'push' });
  });

  it('refuses the repository of another tenant, and writes the right one out', () => {
    expect(
      check('r.example/shop/app:1', [registry('r.example', '{tenant}/')]),
    ).toEqual({
      problem:
        'The repositories of group:default/payments on "r.example" begin with "payments/", and "shop/app" does not. Write "r.example/payments/app".',
    });
  });

  it('is not taken in by a repository that only begins like the prefix', () => {
    for (const repository of [
      'payments',
      'payments-more/app',
      'x/payments/a',
    ]) {
      expect(
        check(`r.example/${repository}`, [registry('r.example', '{tenant}/')]),
      ).toHaveProperty('problem');
    }
  });

  it('gives a component without an owner no prefix, and says whose name is missing', () => {
    expect(
      check(
        'r.example/default/app',
        [registry('r.example', '{tenant}/')],
        'default',
      ),
    ).toEqual({ problem: expect.stringContaining('Set spec.owner') });
  });
});
