import type { KubeConfig } from '@kubernetes/client-node';
import { ClusterAccess } from './ClusterSettings';

/**
 * How a cluster is reached, and as whom: everything that a kubeconfig knows,
 * among it the commands of cloud providers that print tokens. The one place that
 * loads the client, which is an ES module, and costs some 70 MB of memory that a
 * portal without clusters keeps.
 */
export async function loadKubeConfig(
  name: string,
  access: ClusterAccess,
): Promise<KubeConfig> {
  const { KubeConfig: Loaded } = await import('@kubernetes/client-node');
  const config = new Loaded();
  switch (access.type) {
    case 'kubeconfig':
      config.loadFromFile(access.file);
      if (access.context !== undefined) {
        config.setCurrentContext(access.context);
      }
      break;
    case 'in-cluster':
      config.loadFromCluster();
      break;
    default:
      config.loadFromClusterAndUser(
        {
          name,
          server: access.url,
          caData: access.caData,
          caFile: access.caFile,
          skipTLSVerify: false,
        },
        { name, token: access.token },
      );
  }
  if (!config.getCurrentCluster()) {
    throw new Error(
      `imageFactory.executors.kubernetes: the cluster "${name}" has no address: its kubeconfig has no such context. Correct the context, or write current-context into the file.`,
    );
  }
  return config;
}
