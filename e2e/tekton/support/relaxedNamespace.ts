import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TENANT_NAMESPACE } from '../../cluster/access/dispatcher';
import { Cluster } from '../../cluster/Cluster';
import {
  GIT_SECRET,
  PULL_SECRET,
  REGISTRY_SECRET,
  prepareTenant,
} from './tenant';

const MANIFEST = join(
  __dirname,
  '../../../deploy/kubernetes/tenant-namespace.yaml',
);

/** Of the same tenant, for what the level `baseline` forbids. */
const RELAXED_NAMESPACE = `${TENANT_NAMESPACE}-relaxed`;

type Secret = { type: string; data: Record<string, string> };

/** Makes a second namespace for the tenant as the manual tells an operator to, with the same logins. */
export async function prepareRelaxedNamespace(
  cluster: Cluster,
): Promise<string> {
  const { kubectl } = cluster;
  const manifest = await readFile(MANIFEST, 'utf8');
  await kubectl.apply(
    manifest
      .replaceAll(TENANT_NAMESPACE, RELAXED_NAMESPACE)
      .replaceAll(': baseline', ': privileged'),
  );
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
