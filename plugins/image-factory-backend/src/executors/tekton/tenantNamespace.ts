import { parseEntityRef } from '@backstage/catalog-model';
import { ClusterSettings, isNamespaceName } from '../../clusters';
import { PodSecurityLevel } from '../../templates';

/**
 * Where the builds of a tenant run; undefined where the cluster has no place for
 * it. Pods that ask for more than `baseline` go to a namespace that an admin has
 * opened for them, and by no rule.
 */
export function tenantNamespace(
  tenant: string,
  { byTenant, relaxedByTenant, rule }: ClusterSettings['namespaces'],
  podSecurity: PodSecurityLevel = 'baseline',
): string | undefined {
  if (podSecurity === 'privileged') return relaxedByTenant[tenant];
  const named = byTenant[tenant];
  if (named !== undefined || rule === undefined) return named;
  if (!isOnlyOneOfItsName(tenant, rule)) return undefined;
  const { name, namespace } = parseEntityRef(tenant);
  const filled = rule
    .replaceAll('{tenant}', name)
    .replaceAll('{namespace}', namespace);
  const isTaken = [byTenant, relaxedByTenant].some(others =>
    Object.values(others).includes(filled),
  );
  // Names of entities may have what names of namespaces may not.
  return isNamespaceName(filled) && !isTaken ? filled : undefined;
}

/** No two tenants may come to share a namespace by a rule: then either could use the other's logins. */
function isOnlyOneOfItsName(tenant: string, rule: string): boolean {
  if (!tenant.includes(':')) return false;
  const { kind, namespace } = parseEntityRef(tenant);
  return (
    kind.toLowerCase() === 'group' &&
    // Of "a-b-c" nobody could tell whether the namespace is "a" or "a-b".
    (rule.includes('{namespace}')
      ? !namespace.includes('-')
      : namespace === 'default')
  );
}
