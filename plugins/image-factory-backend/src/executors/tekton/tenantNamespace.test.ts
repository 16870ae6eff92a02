import { tenantNamespace } from './tenantNamespace';

describe('tenantNamespace', () => {
  const byTenant = { 'group:default/payments': 'payments-builds' };
  const relaxedByTenant = { 'group:default/search': 'search-relaxed' };

  it('takes the namespace that a tenant is given by name', () => {
    const rule = 'image-builds-{tenant}';
    expect(
      tenantNamespace('group:default/payments', {
        byTenant,
        relaxedByTenant,
        rule,
      }),
    ).toBe('payments-builds');
  });

  it('gives the others one by the rule, or none where there is no rule', () => {
    const tenant = 'group:default/search';
    const rule = 'builds-{namespace}-{tenant}';
    expect(tenantNamespace(tenant, { byTenant, relaxedByTenant, rule })).toBe(
      'builds-default-search',
    );
    expect(
      tenantNamespace(tenant, {
        byTenant,
        relaxedByTenant,
        rule: undefined,
      }),
    ).toBeUndefined();
  });

  it('has pods that ask for more than baseline run where an admin has opened a place for them alone', () => {
    const namespaces = { byTenant, relaxedByTenant, rule: 'builds-{tenant}' };
    const place = (tenant: string) =>
      tenantNamespace(tenant, namespaces, 'privileged');
    expect(place('group:default/search')).toBe('search-relaxed');
    expect(place('group:default/payments')).toBeUndefined();
  });

  it.each(['user:default/search', 'group:other/search', 'default'])(
    'gives %s none by a rule that may have given its namespace to another tenant',
    tenant => {
      const rule = 'builds-{tenant}';
      expect(
        tenantNamespace(tenant, { byTenant, relaxedByTenant, rule }),
      ).toBeUndefined();
    },
  );

  it('gives by a rule no two tenants the same namespace, wherever their dashes are', () => {
    const rule = 'builds-{namespace}-{tenant}';
    const place = (tenant: string) =>
      tenantNamespace(tenant, { byTenant, relaxedByTenant, rule });
    expect(place('group:a/b-c')).toBe('builds-a-b-c');
    expect(place('group:a-b/c')).toBeUndefined();
  });

  it.each(['group:default/payments-builds', 'group:default/search-relaxed'])(
    'gives %s by no rule what is another tenant’s by name',
    tenant => {
      const rule = '{tenant}';
      expect(
        tenantNamespace(tenant, { byTenant, relaxedByTenant, rule }),
      ).toBeUndefined();
    },
  );

  it.each([
    'group:default/two_words',
    'group:default/a.b',
    `group:default/${'a'.repeat(63)}`,
  ])('gives none to %s, whose name can be in no namespace', tenant => {
    const rule = 'builds-{tenant}';
    expect(
      tenantNamespace(tenant, { byTenant, relaxedByTenant, rule }),
    ).toBeUndefined();
  });
});
