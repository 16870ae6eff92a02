import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Build,
  ExecutorReadiness,
  ReadinessFinding,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Cluster } from '../../cluster/Cluster';
import { applyTenancy } from '../../cluster/access/dispatcher';
import { Portal, PortalError } from '../../portal/Portal';
import { writeComponent } from '../../portal/writeComponent';
import { CLUSTER, clusterConfig } from './ClusterPortal';
import { createRepository } from './createRepository';
import { TENANT, prepareTenant } from './tenant';
import { TenantNamespace } from './TenantNamespace';

/** A component of the tenant. */
export const SITE = 'readiness-site';

/** A real portal, with the restricted account, whose tenant has two namespaces that others do not meet. */
export class ReadinessPortal {
  readonly cluster: Cluster;
  readonly namespace: TenantNamespace;
  readonly relaxed: TenantNamespace;
  readonly #folder = mkdtempSync(join(tmpdir(), 'image-factory-readiness-'));
  #portal: Portal | undefined;

  static async start(cluster: Cluster): Promise<ReadinessPortal> {
    await applyTenancy(cluster.kubectl);
    const world = new ReadinessPortal(
      cluster,
      await TenantNamespace.create(cluster),
      await TenantNamespace.create(cluster, 'privileged'),
    );
    try {
      await world.#start();
    } catch (error) {
      await world.dispose();
      throw error;
    }
    return world;
  }

  private constructor(
    cluster: Cluster,
    namespace: TenantNamespace,
    relaxed: TenantNamespace,
  ) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.relaxed = relaxed;
  }

  get portal(): Portal {
    if (!this.#portal) throw new Error('The portal is not started');
    return this.#portal;
  }

  async readiness({ refresh = true } = {}): Promise<ExecutorReadiness> {
    return this.portal.api(
      `/v1/executors/${CLUSTER}/readiness?refresh=${refresh}`,
    );
  }

  /** What is found in a namespace, looked at now. */
  async finding(
    place: TenantNamespace,
    check: string,
  ): Promise<ReadinessFinding | undefined> {
    const { namespaces } = await this.readiness();
    return namespaces
      .find(({ namespace }) => namespace === place.name)
      ?.findings.find(each => each.check === check);
  }

  /** Submits a build as the guest; a catalog that has only just started is waited for. */
  async submit(): Promise<Build> {
    for (;;) {
      try {
        return await this.portal.api<Build>('/v1/builds', {
          entityRef: `component:default/${SITE}`,
        });
      } catch (error) {
        const isUnknown = error instanceof PortalError && error.status === 404;
        if (!isUnknown) throw error;
        await new Promise(resolve => {
          setTimeout(resolve, 500);
        });
      }
    }
  }

  async dispose(): Promise<void> {
    await this.#portal?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
    await this.namespace.dispose();
    await this.relaxed.dispose();
  }

  async #start(): Promise<void> {
    const { cluster, namespace, relaxed } = this;
    const { git, registry, images } = cluster.local;
    await prepareTenant(cluster, namespace.name);
    const repository = await createRepository(
      git,
      `portal/${SITE}-${process.pid}`,
      { Dockerfile: `FROM ${images.busybox}\nRUN echo built at last\n` },
    );
    writeComponent(join(this.#folder, 'sources', SITE), SITE, {
      image: `${registry.address}/portal/${SITE}:{number}`,
      source: `url:${repository.url}/tree/main/`,
      infrastructure: 'kubernetes',
    });
    const config = clusterConfig(cluster, `readiness-${process.pid}`);
    const { clusters, ...kubernetes } =
      config.imageFactory_executors_kubernetes;
    this.#portal = await Portal.start({
      sources: join(this.#folder, 'sources'),
      dataDirectory: join(this.#folder, 'data'),
      config: {
        ...config,
        imageFactory_executors_kubernetes: {
          ...kubernetes,
          clusters: clusters.map(each => ({
            ...each,
            tenants: [
              {
                name: TENANT,
                namespace: namespace.name,
                relaxedNamespace: relaxed.name,
              },
            ],
          })),
        },
      },
    });
  }
}
