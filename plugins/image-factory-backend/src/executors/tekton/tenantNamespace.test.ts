import { tenantNamespace } from './tenantNamespace';

describe('tenantNamespace', () => {
  const byTenant = { 'group:default/payments': 'payments-builds' };

  it('takes the namespace that a tenant is given by name', () => {
    const rule = 'image-builds-{tenant}';
    expect(tenantNamespace('group:default/payments', { byTenant, rule })).toBe(
      'payments-builds',
    );
  });

  it('gives the others one by the rule, or none where there is no rule', () => {
    const tenant = 'group:default/search';
    const rule = 'builds-{namespace}-{tenant}';
    expect(tenantNamespace(tenant, { byTenant, rule })).toBe(
      'builds-default-search',
    );
    expect(
      tenantNamespace(tenant, { byTenant, rule: undefined }),
    ).toBeUndefined();
  });

  it.each(['user:default/search', 'group:other/search', 'default'])(
    'gives %s none by a rule that may have given its namespace to another tenant',
    tenant => {
      const rule = 'builds-{tenant}';
      expect(tenantNamespace(tenant, { byTenant, rule })).toBeUndefined();
    },
  );

  it.each([
    'group:default/two_words',
    'group:default/a.b',
    `group:default/${'a'.repeat(63)}`,
  ])('gives none to %s, whose name can be in no namespace', tenant => {
    const rule = 'builds-{tenant}';
    expect(tenantNamespace(tenant, { byTenant, rule })).toBeUndefined();
  });
});
