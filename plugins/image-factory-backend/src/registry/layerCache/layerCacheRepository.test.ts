import { parseImageReference } from '../parseImageReference';
import { layerCacheRepository } from './layerCacheRepository';

const TEMPLATE = 'r.example.com/cache/{tenant}/{component}';

function fill(tenant: string, entityRef: string, template = TEMPLATE): string {
  return layerCacheRepository(template, { tenant, entityRef });
}

/** Names as the catalog allows them, and some that only a catalog with rules of its own does. */
const NAMES = [
  ...['a', 'b', 'a-b', 'a--b', 'a.b', 'a..b', 'a_b', 'a__b', 'a___b', 'a-.b'],
  ...['linux-amd64', 'x', '-', 'a'.repeat(50), 'a'.repeat(51), 'a'.repeat(63)],
  ...[`${'a'.repeat(62)}b`, 'ä', 'a b', 'a/b', 'a$1b', '{component}'],
];
const NAMESPACES = ['default', 'a', 'a-b', 'b', 'a.b', 'n'.repeat(63)];
const KINDS = ['group', 'user', 'component', 'a.b'];
const REFS = KINDS.flatMap(kind =>
  NAMESPACES.flatMap(namespace =>
    NAMES.map(name => `${kind}:${namespace}/${name}`),
  ),
);

describe('layerCacheRepository', () => {
  it('names a group of the default namespace as all other templates do, and a component by all that tells it', () => {
    expect(fill('group:default/payments', 'component:default/web.app')).toBe(
      'r.example.com/cache/payments/component.default.web.app',
    );
    expect(fill('group:payments', 'Component:web')).toBe(
      'r.example.com/cache/payments/component.default.web',
    );
    expect(
      fill(
        'group:eu/payments',
        'component:eu/web',
        'r.example.com/{namespace}-cache/{tenant}',
      ),
    ).toBe('r.example.com/eu-cache/payments');
  });

  it('puts a hash beside the name of a tenant that its name does not tell from others', () => {
    const hashed = (name: string) =>
      expect.stringMatching(
        new RegExp(`^r\\.example\\.com/cache/${name}__[0-9a-f]{32}/`),
      );
    for (const tenant of ['user:default/payments', 'group:eu/payments']) {
      expect(fill(tenant, 'component:default/web')).toEqual(hashed('payments'));
    }
    expect(fill('default', 'component:default/web')).toEqual(hashed('default'));
  });

  it.each([
    TEMPLATE,
    'r.example.com/cache/{tenant}',
    'r.example.com/cache/{namespace}/{tenant}/{component}',
    'r.example.com/{tenant}-cache/all',
  ])('gives no two tenants the same repository by %s', template => {
    const tenants = [...REFS, ...NAMES, 'default'];
    const filled = tenants.map(tenant =>
      fill(tenant, 'component:default/web', template),
    );
    expect(new Set(filled).size).toBe(tenants.length);
  });

  it('puts no repository of one tenant below that of another', () => {
    const template = 'r.example.com/cache/{tenant}';
    const filled = REFS.map(tenant => fill(tenant, '', template));
    for (const repository of filled) {
      expect(
        filled.filter(other => other.startsWith(`${repository}/`)),
      ).toEqual([]);
    }
  });

  it('gives no two components of a tenant the same repository', () => {
    const filled = REFS.map(entityRef => fill('group:default/a', entityRef));
    expect(new Set(filled).size).toBe(REFS.length);
  });

  it('gives what a registry takes, whatever the names are', () => {
    for (const ref of REFS) {
      expect(parseImageReference(`${fill(ref, ref)}/linux-arm64`)).toEqual({
        ok: true,
        reference: {
          host: 'r.example.com',
          repository: expect.stringMatching(/^cache\//),
        },
      });
    }
  });
});
