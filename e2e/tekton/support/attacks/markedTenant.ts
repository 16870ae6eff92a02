import { readFileSync } from 'node:fs';
import { Cluster } from '../../../cluster/Cluster';
import { TenantNamespace } from '../TenantNamespace';
import { GIT_SECRET, PULL_SECRET, REGISTRY_SECRET } from '../tenant';
import { MarkedLogin, markOf } from './marks';

/** A tenant's namespace whose logins work, and each have a mark in them. */
export async function createMarkedTenant(
  cluster: Cluster,
  logins: { git: MarkedLogin; pull: MarkedLogin; push: MarkedLogin },
  podSecurity?: 'baseline' | 'privileged',
): Promise<TenantNamespace> {
  const namespace = await TenantNamespace.create(cluster, podSecurity);
  const { git, registry } = cluster.local;
  const ofRegistry = (name: string, marked: MarkedLogin) => {
    const login = JSON.parse(readFileSync(registry.authFile, 'utf8'));
    login.auths[markOf(marked)] = {
      auth: Buffer.from('a:b').toString('base64'),
    };
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
            mark: markOf(logins.git),
          },
        },
        ofRegistry(PULL_SECRET, logins.pull),
        ofRegistry(REGISTRY_SECRET, logins.push),
      ],
    }),
  );
  return namespace;
}

function secret(name: string, namespace: string) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } };
}
