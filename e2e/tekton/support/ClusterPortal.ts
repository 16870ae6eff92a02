import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { Portal, PortalError } from '../../portal/Portal';
import { writeComponent } from '../../portal/writeComponent';
import { Cluster } from '../../cluster/Cluster';
import { createRepository } from './createRepository';
import {
  GIT_SECRET,
  PULL_SECRET,
  REGISTRY_SECRET,
  TENANT,
  prepareTenant,
} from './tenant';

/** The name by which the portal knows the cluster. */
export const CLUSTER = 'cluster-1';

/** What the portals of these tests are told of the cluster, as an operator would. Images are not looked at: that is for the tests of it. */
export function clusterConfig(cluster: Cluster, instance: string) {
  const { description, local } = cluster;
  const { git, registry, images } = local;
  const gitHost = new URL(git.url).host;
  return {
    imageFactory_sources_git_hosts: [
      {
        host: gitHost,
        username: git.username,
        password: git.password,
        caFile: git.caFile,
      },
    ],
    imageFactory_registries: [
      {
        host: registry.address,
        username: registry.username,
        password: registry.password,
        caFile: registry.caFile,
        // Base images are in it, for builds on the portal's own machine as well.
        pullCredentials: true,
      },
    ],
    imageFactory_checks: { sbom: 'never', scan: 'never' },
    imageFactory_executors_kubernetes: {
      instance,
      stepImages: images,
      clusters: [
        {
          name: CLUSTER,
          title: 'Cluster of the tests',
          kubeconfig: description.dispatcherKubeconfig,
          tenants: [
            {
              name: TENANT,
              namespace: description.namespaces.tenants[TENANT],
            },
          ],
          gitSecrets: [{ host: gitHost, secret: GIT_SECRET }],
          registrySecrets: [
            { host: registry.address, secret: REGISTRY_SECRET },
          ],
          pullSecret: PULL_SECRET,
          links: [
            {
              title: 'Runs',
              url: 'https://runs.example.com/#/{namespace}/{pipelineRun}',
            },
            {
              title: 'Pods',
              url: 'https://pods.example.com/?pod={pod}&node={node}',
            },
          ],
        },
      ],
    },
  };
}

/** A real portal with a component that is built on the cluster. */
export class ClusterPortal {
  readonly cluster: Cluster;
  readonly namespace: string;
  readonly instance = `portal-${process.pid}`;
  readonly #folder = mkdtempSync(join(tmpdir(), 'image-factory-tekton-'));
  #portal: Portal | undefined;

  static async create(cluster: Cluster): Promise<ClusterPortal> {
    return new ClusterPortal(cluster, await prepareTenant(cluster));
  }

  private constructor(cluster: Cluster, namespace: string) {
    this.cluster = cluster;
    this.namespace = namespace;
  }

  get portal(): Portal {
    if (!this.#portal) throw new Error('The portal is not started');
    return this.#portal;
  }

  /** Adds a component with a private repository and an image in the private registry; before the start. */
  async addComponent(
    name: string,
    files: Record<string, string>,
  ): Promise<void> {
    const { git, registry } = this.cluster.local;
    const repository = await createRepository(
      git,
      `portal/${name}-${process.pid}`,
      files,
    );
    writeComponent(join(this.#folder, 'sources', name), name, {
      image: `${registry.address}/portal/${name}:{number}`,
      source: `url:${repository.url}/tree/main/`,
      infrastructure: 'kubernetes',
    });
  }

  /** With the data of the start before, where there was one, and these settings over those of all tests. */
  async start(config: Record<string, unknown> = {}): Promise<void> {
    this.#portal = await Portal.start({
      sources: join(this.#folder, 'sources'),
      dataDirectory: join(this.#folder, 'data'),
      config: { ...clusterConfig(this.cluster, this.instance), ...config },
    });
  }

  /** Submits a build as the guest; a catalog that has only just started is waited for. */
  async submit(component: string, inputs: object = {}): Promise<Build> {
    for (;;) {
      try {
        return await this.portal.api<Build>('/v1/builds', {
          entityRef: `component:default/${component}`,
          ...inputs,
        });
      } catch (error) {
        const isUnknown = error instanceof PortalError && error.status === 404;
        if (!isUnknown) throw error;
        await delay(500);
      }
    }
  }

  async dispose(): Promise<void> {
    await this.#portal?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
    await this.cluster.kubectl.run([
      'delete',
      'pipelineruns',
      `--namespace=${this.namespace}`,
      `--selector=image-factory.io/instance=${this.instance}`,
    ]);
  }
}
