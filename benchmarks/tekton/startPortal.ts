import { join } from 'node:path';
import { KWOK_PLACEMENT } from '../../e2e/cluster/local/kwok';
import { Portal } from '../../e2e/portal/Portal';
import { writeComponent } from '../../e2e/portal/writeComponent';
import { CLUSTER, clusterConfig } from '../../e2e/tekton/support/ClusterPortal';
import { createRepository } from '../../e2e/tekton/support/createRepository';
import { TENANT } from '../../e2e/tekton/support/tenant';
import { NAMESPACE, PlayedCluster } from './PlayedCluster';

/** How long runs stay in the cluster once they are collected. */
export const KEEP_FINISHED_SECONDS = 5;
/** The task of the portal that removes them after that. */
export const SWEEP = `image-factory-finished-runs-${CLUSTER}`;
/** By which the portal tells its runs from others'. */
export const INSTANCE = 'benchmark';
const COMPONENTS = Array.from({ length: 10 }, (_, index) => `played-${index}`);

/** A real portal with its rows in PostgreSQL, and the components that it can build. */
export async function startPortal(options: {
  played: PlayedCluster;
  /** An empty folder. */
  directory: string;
  postgres: string;
  mostLive: number;
}): Promise<{ portal: Portal; components: string[] }> {
  const { played, directory, postgres, mostLive } = options;
  const { cluster } = played;
  const sources = join(directory, 'sources');
  for (const name of COMPONENTS) {
    await addComponent(played, sources, name);
  }
  const config = clusterConfig(cluster, INSTANCE);
  const [given] = config.imageFactory_executors_kubernetes.clusters;
  const { hostname, port, username } = new URL(postgres);
  const portal = await Portal.start({
    sources,
    dataDirectory: join(directory, 'data'),
    frontend: false,
    config: {
      ...config,
      backend_database_client: 'pg',
      backend_database_connection_host: hostname,
      backend_database_connection_port: Number(port),
      backend_database_connection_user: username,
      imageFactory_limits: {
        maxRunning: mostLive,
        defaultTenant: { maxRunning: mostLive },
      },
      imageFactory_executors_kubernetes: {
        ...config.imageFactory_executors_kubernetes,
        clusters: [
          {
            ...given,
            ...KWOK_PLACEMENT,
            tenants: [{ name: TENANT, namespace: NAMESPACE }],
            maxRunning: mostLive,
            // As fast as the cluster takes them: its pace is what is measured.
            createsPerSecond: 50,
            keepFinished: { seconds: KEEP_FINISHED_SECONDS },
          },
        ],
      },
    },
  });
  return { portal, components: COMPONENTS };
}

async function addComponent(
  played: PlayedCluster,
  sources: string,
  name: string,
): Promise<void> {
  const { git, registry } = played.cluster.local;
  const repository = await createRepository(
    git,
    `benchmark/${name}-${process.pid}`,
    { Dockerfile: 'FROM scratch\n' },
  );
  await played.putImage(`benchmark/${name}`);
  writeComponent(join(sources, name), name, {
    image: `${registry.address}/benchmark/${name}:{number}`,
    source: `url:${repository.url}/tree/main/`,
    infrastructure: 'kubernetes',
  });
}
