import { readFileSync } from 'node:fs';
import { Cluster } from '../../../cluster/Cluster';
import { TenantNamespace } from '../TenantNamespace';
import { GIT_SECRET, PULL_SECRET, REGISTRY_SECRET } from '../tenant';

/** A tenant's namespace whose logins work, and each have a mark in them. */
export async function createMarkedTenant(
  cluster: Cluster,
  marks: { git: string; pull: string; push: string },
  options: { isRelaxed?: boolean } = {},
): Promise<TenantNamespace> {
  const namespace = await TenantNamespace.create(cluster);
  if (options.isRelaxed) {
    await cluster.kubectl.run([
      'label',
      'namespace',
      namespace.name,
      '--overwrite',
      'pod-security.kubernetes.io/enforce=privileged',
    ]);
  }
  const { git, registry } = cluster.local;
  const ofRegistry = (name: string, mark: string) => {
    const login = JSON.parse(readFileSync(registry.authFile, 'utf8'));
    login.auths[mark] = { auth: Buffer.from('a:b').toString('base64') };
    return {
      ...secret(name, namespace.name),
      type: 'kubernetes.io/dockerconfigjson',
      stringData: {
        '.dockerconfigjson': JSON.stringify(login),
        'ca.crt': readFileSync(registry.caFile, 'utf8'),
      },
    };
  };
  await cluster.kubectl.apply(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          ...secret(GIT_SECRET, namespace.name),
          type: 'kubernetes.io/basic-auth',
          stringData: {
            username: git.username,
            password: git.password,
            'ca.crt': readFileSync(git.caFile, 'utf8'),
            mark: marks.git,
          },
        },
        ofRegistry(PULL_SECRET, marks.pull),
        ofRegistry(REGISTRY_SECRET, marks.push),
      ],
    }),
  );
  return namespace;
}

function secret(name: string, namespace: string) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } };
}
