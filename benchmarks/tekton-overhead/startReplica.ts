import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { JsonObject, JsonValue } from '@backstage/types';
import { Cluster } from '../../e2e/cluster/Cluster';
import { writeComponent } from '../../e2e/portal/writeComponent';
import { clusterConfig } from '../../e2e/tekton/support/ClusterPortal';
import { createRepository } from '../../e2e/tekton/support/createRepository';
import { TENANT } from '../../e2e/tekton/support/tenant';
import { ReplicaDatabase, ReplicaProcess } from '../ReplicaProcess';

export const COMPONENT = 'component:default/overhead';

/** A replica that builds by the method of this benchmark in a namespace of the cluster. */
export async function startReplica(options: {
  cluster: Cluster;
  namespace: string;
  /** An empty folder. */
  directory: string;
  database: ReplicaDatabase;
}): Promise<ReplicaProcess> {
  const { cluster, namespace, directory, database } = options;
  const { git, registry } = cluster.local;
  const image = `${registry.address}/benchmark/overhead`;
  await putImage(cluster, image);
  const repository = await createRepository(
    git,
    `benchmark/overhead-${process.pid}`,
    { README: 'The steps are scripts.\n' },
  );
  const source = join(directory, 'overhead');
  writeComponent(source, 'overhead', {
    image: `${image}:{number}`,
    source: `url:${repository.url}/tree/main/`,
    infrastructure: 'kubernetes',
  });
  const config = clusterConfig(cluster, `overhead-${process.pid}`);
  const { clusters, ...kubernetes } = config.imageFactory_executors_kubernetes;
  return ReplicaProcess.start({
    program: join(__dirname, 'replicaProcess.ts'),
    directory,
    database,
    component: COMPONENT,
    config: {
      ...nest({
        ...config,
        imageFactory_dataDirectory: join(directory, 'image-factory'),
        imageFactory_executors_kubernetes: {
          ...kubernetes,
          clusters: [
            { ...clusters[0], tenants: [{ name: TENANT, namespace }] },
          ],
        },
      }),
      catalog: {
        locations: [
          { type: 'file', target: join(source, 'catalog-info.yaml') },
        ],
      },
    },
  });
}

/** An image for the runs to say that they have pushed it; the portal sets tags to it. */
async function putImage(cluster: Cluster, image: string): Promise<void> {
  const { registry, images } = cluster.local;
  await promisify(execFile)('skopeo', [
    'copy',
    '--preserve-digests',
    `--authfile=${registry.authFile}`,
    `--src-cert-dir=${registry.certificateFolder}`,
    `--dest-cert-dir=${registry.certificateFolder}`,
    `docker://${images.busybox}`,
    `docker://${image}:base`,
  ]);
}

/** Settings by their path with `_` between its parts, as a config has them. */
function nest(settings: Record<string, unknown>): JsonObject {
  const config: JsonObject = {};
  for (const [path, value] of Object.entries(settings)) {
    const parts = path.split('_');
    const last = parts.pop()!;
    let place = config;
    for (const part of parts) {
      place[part] ??= {};
      place = place[part] as JsonObject;
    }
    place[last] = value as JsonValue;
  }
  return config;
}
