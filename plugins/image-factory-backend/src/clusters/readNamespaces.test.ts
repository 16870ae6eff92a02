import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { readNamespaces } from './readNamespaces';

const PAYMENTS = 'group:default/payments';
const SEARCH = 'group:default/search';

const read = (...tenants: JsonObject[]) =>
  readNamespaces(new ConfigReader({ tenants }), 'clusters: builds');

describe('readNamespaces', () => {
  it('reads none where no tenant is named', () => {
    expect(readNamespaces(new ConfigReader({}), 'clusters: builds')).toEqual({
      byTenant: {},
      relaxedByTenant: {},
    });
  });

  it('reads those of each tenant', () => {
    expect(
      read(
        { name: PAYMENTS, namespace: 'a', relaxedNamespace: 'a-relaxed' },
        { name: SEARCH, namespace: 'b' },
      ),
    ).toEqual({
      byTenant: { [PAYMENTS]: 'a', [SEARCH]: 'b' },
      relaxedByTenant: { [PAYMENTS]: 'a-relaxed' },
    });
  });

  it('takes a tenant in whatever case, as builds have it', () => {
    expect(read({ name: 'Group:default/Payments', namespace: 'a' })).toEqual({
      byTenant: { [PAYMENTS]: 'a' },
      relaxedByTenant: {},
    });
  });

  it.each([
    [
      'two tenants in one',
      [
        { name: PAYMENTS, namespace: 'a' },
        { name: SEARCH, namespace: 'a' },
      ],
      /^clusters: builds: the namespace "a" is the namespace of group:default\/payments and the namespace of group:default\/search\..*each its own/,
    ],
    [
      'one in what another has relaxed',
      [
        { name: PAYMENTS, namespace: 'a', relaxedNamespace: 'b' },
        { name: SEARCH, namespace: 'b' },
      ],
      /"b" is the relaxedNamespace of group:default\/payments and the namespace of group:default\/search/,
    ],
    [
      'two in one that is relaxed',
      [
        { name: PAYMENTS, namespace: 'a', relaxedNamespace: 'c' },
        { name: SEARCH, namespace: 'b', relaxedNamespace: 'c' },
      ],
      /"c" is the relaxedNamespace of .* and the relaxedNamespace of/,
    ],
    [
      'one in its own that is relaxed',
      [{ name: PAYMENTS, namespace: 'a', relaxedNamespace: 'a' }],
      /need one of their own: give relaxedNamespace another one/,
    ],
    [
      'a tenant that is named twice',
      [
        { name: PAYMENTS, namespace: 'a' },
        { name: 'Group:default/payments', namespace: 'b' },
      ],
      /names group:default\/payments twice/,
    ],
    [
      'what no namespace can be called',
      [{ name: PAYMENTS, namespace: 'Builds of A' }],
      /^clusters: builds: "Builds of A" is no name that a namespace can have/,
    ],
    [
      'the same of one that is relaxed',
      [{ name: PAYMENTS, namespace: 'a', relaxedNamespace: 'b_c' }],
      /"b_c" is no name/,
    ],
  ])('refuses %s, in words', (_, tenants, words) => {
    expect(() => read(...tenants)).toThrow(words);
  });
});
