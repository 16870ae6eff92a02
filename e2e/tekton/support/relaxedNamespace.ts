import { TENANT_NAMESPACE } from '../../cluster/access/dispatcher';
import { Cluster } from '../../cluster/Cluster';
import { applyTenant } from './applyTenant';
import {
  GIT_SECRET,
  PULL_SECRET,
  REGISTRY_SECRET,
  prepareTenant,
} from './tenant';

/** Of the same tenant, for what the level `baseline` forbids. */
const RELAXED_NAMESPACE = `${TENANT_NAMESPACE}-relaxed`;

type Secret = { type: string; data: Record<string, string> };

/** Makes a second namespace for the tenant as the manual tells an operator to, with the same logins. */
export async function prepareRelaxedNamespace(
  cluster: Cluster,
): Promise<string> {
  const { kubectl } = cluster;
  await applyTenant(cluster, RELAXED_NAMESPACE, 'privileged');
  const namespace = await prepareTenant(cluster);
  const secrets = await Promise.all(
    [GIT_SECRET, REGISTRY_SECRET, PULL_SECRET].map(async name => {
      const { type, data } = await kubectl.get<Secret>(
        'secret',
        name,
        `--namespace=${namespace}`,
      );
      return {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: RELAXED_NAMESPACE },
        type,
        data,
      };
    }),
  );
  await kubectl.apply(
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: secrets }),
  );
  return RELAXED_NAMESPACE;
}
