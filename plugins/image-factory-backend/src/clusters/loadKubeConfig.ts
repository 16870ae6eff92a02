import { ClusterAccess } from './ClusterSettings';
import { ClusterLogin, KubeConfigFile } from './KubeConfigFile';

/**
 * How a cluster is reached, and as whom: everything that a kubeconfig knows,
 * among it the commands of cloud providers that print tokens. The one place that
 * loads the client, which is an ES module, and costs some 70 MB of memory that a
 * portal without clusters keeps.
 */
export async function loadKubeConfig(
  name: string,
  access: ClusterAccess,
): Promise<ClusterLogin> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  switch (access.type) {
    case 'kubeconfig': {
      const { file, context } = access;
      return KubeConfigFile.open({
        file,
        load() {
          const read = new KubeConfig();
          read.loadFromFile(file);
          if (context !== undefined) read.setCurrentContext(context);
          return checked(name, read);
        },
      });
    }
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
  return checked(name, config);
}

function checked(name: string, config: ClusterLogin): ClusterLogin {
  if (!config.getCurrentCluster()) {
    throw new Error(
      `imageFactory.executors.kubernetes: the cluster "${name}" has no address: its kubeconfig has no such context. Correct the context, or write current-context into the file.`,
    );
  }
  return config;
}
