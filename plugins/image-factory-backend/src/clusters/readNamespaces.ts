import { Config } from '@backstage/config';
import { ClusterSettings } from './ClusterSettings';
import { isNamespaceName } from './kubernetesObjects';

type Taken = { tenant: string; key: 'namespace' | 'relaxedNamespace' };

/**
 * Reads which namespaces the tenants of a cluster have.
 *
 * @param where - names the cluster in what is thrown
 * @throws Error where two would share one: either could use the other's logins,
 * and pods that ask for more than `baseline` would run beside those that must not
 */
export function readNamespaces(
  config: Config,
  where: string,
): Pick<ClusterSettings['namespaces'], 'byTenant' | 'relaxedByTenant'> {
  const byTenant: Record<string, string> = {};
  const relaxedByTenant: Record<string, string> = {};
  const names = new Set<string>();
  const taken = new Map<string, Taken>();
  const take = (namespace: string, by: Taken) => {
    const other = taken.get(namespace);
    if (other) {
      throw new Error(
        `${where}: the namespace "${namespace}" is the ${other.key} of ${
          other.tenant
        } and the ${by.key} of ${by.tenant}. ${
          other.tenant === by.tenant
            ? 'Pods that ask for more than the Pod Security level baseline need one of their own: give relaxedNamespace another one.'
            : "Tenants who share one could use each other's logins: give each its own."
        }`,
      );
    }
    taken.set(namespace, by);
  };
  for (const each of config.getOptionalConfigArray('tenants') ?? []) {
    // Entity references are the same whatever their case, and builds have them in lower case.
    const tenant = each.getString('name').toLowerCase();
    if (names.has(tenant)) {
      throw new Error(
        `${where}: tenants names ${tenant} twice. Write what it has into one of them.`,
      );
    }
    names.add(tenant);
    const namespace = checked(each.getString('namespace'), where);
    take(namespace, { tenant, key: 'namespace' });
    byTenant[tenant] = namespace;
    const relaxed = each.getOptionalString('relaxedNamespace');
    if (relaxed !== undefined) {
      checked(relaxed, where);
      take(relaxed, { tenant, key: 'relaxedNamespace' });
      relaxedByTenant[tenant] = relaxed;
    }
  }
  return { byTenant, relaxedByTenant };
}

function checked(namespace: string, where: string): string {
  if (isNamespaceName(namespace)) return namespace;
  throw new Error(
    `${where}: "${namespace}" is no name that a namespace can have: lower-case letters, digits and "-" inside, and 63 of them at most. Correct it in app-config.yaml.`,
  );
}
