import { readFileSync } from 'node:fs';
import { Cluster } from '../../cluster/Cluster';

/** Whose builds run on the cluster. */
export const TENANT = 'group:default/guests';
export const GIT_SECRET = 'git-login';
export const REGISTRY_SECRET = 'registry-login';
export const PULL_SECRET = 'pull-login';

/** Puts the logins into the tenant's namespace, as an operator does. */
export async function prepareTenant(
  cluster: Cluster,
  namespace = cluster.description.namespaces.tenants[TENANT],
): Promise<string> {
  const { git, registry } = cluster.local;
  const secrets = [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/basic-auth',
      metadata: { name: GIT_SECRET, namespace },
      stringData: {
        username: git.username,
        password: git.password,
        'ca.crt': readFileSync(git.caFile, 'utf8'),
      },
    },
    ...[REGISTRY_SECRET, PULL_SECRET].map(name => ({
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/dockerconfigjson',
      metadata: { name, namespace },
      stringData: {
        '.dockerconfigjson': readFileSync(registry.authFile, 'utf8'),
        'ca.crt': readFileSync(registry.caFile, 'utf8'),
      },
    })),
  ];
  await cluster.kubectl.apply(
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: secrets }),
  );
  return namespace;
}
