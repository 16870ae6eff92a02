import { expect } from '@playwright/test';
import {
  Artifact,
  Build,
  Step,
  VulnerabilityList,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Cluster } from '../../cluster/Cluster';
import { imageWith } from './checkedImages';
import { ClusterPortal, clusterConfig } from './ClusterPortal';
import { prepareRelaxedNamespace } from './relaxedNamespace';

/** Of this run of the tests: the registry keeps what others have pushed. */
const OF_THIS_RUN = process.pid;

/** One whose packages have a vulnerability of little weight, */
export const SOUND = `sound-app-${OF_THIS_RUN}`;
/** one whose packages have a critical one, */
export const VULNERABLE = `vulnerable-app-${OF_THIS_RUN}`;
/** and one for two platforms. */
export const MANIFOLD = `manifold-app-${OF_THIS_RUN}`;

/** Packages of the images, of npm and of Debian. */
export const PARSER = 'image-factory-test-parser';
export const TOOL = 'image-factory-test-tool';

/** What the portal tells of a build that is over. */
export class CheckedBuild {
  readonly build: Build;
  readonly #ask: <T>(path: string) => Promise<T>;

  constructor(build: Build, ask: <T>(path: string) => Promise<T>) {
    this.build = build;
    this.#ask = ask;
  }

  get repository(): string {
    return this.build.image.replace(/:\d+$/, '');
  }

  async steps(): Promise<[string, string][]> {
    const { items } = await this.#ask<{ items: Step[] }>('/steps');
    return items.map(({ name, status }) => [name, status]);
  }

  async log(step: string): Promise<string> {
    return (await this.#ask<{ text: string }>(`/logs?step=${step}`)).text;
  }

  async artifacts(type: Artifact['type']): Promise<Artifact[]> {
    const { items } = await this.#ask<{ items: Artifact[] }>('/artifacts');
    return items.filter(each => each.type === type);
  }

  async content<T>({ id }: Artifact): Promise<T> {
    return this.#ask(`/artifacts/${id}/download`);
  }

  async vulnerabilities(): Promise<VulnerabilityList> {
    return this.#ask('/vulnerabilities');
  }
}

/** A portal whose builds are looked at, by the database of the tests. */
export class CheckedPortal {
  readonly cluster: Cluster;
  readonly #portal: ClusterPortal;
  readonly #relaxedNamespace: string;

  /** @param others - files of further components, by their names */
  static async create(
    cluster: Cluster,
    others: Record<string, Record<string, string>> = {},
  ): Promise<CheckedPortal> {
    const portal = await ClusterPortal.create(cluster);
    for (const [name, files] of Object.entries(others)) {
      await portal.addComponent(name, files);
    }
    await portal.addComponent(
      SOUND,
      imageWith({ npm: { [PARSER]: '2.0.0' }, debian: { [TOOL]: '1.0-1' } }),
    );
    await portal.addComponent(
      VULNERABLE,
      imageWith({ npm: { [PARSER]: '1.0.0' } }),
    );
    await portal.addComponent(
      MANIFOLD,
      imageWith({ npm: { [PARSER]: '2.0.0' } }),
    );
    return new CheckedPortal(
      cluster,
      portal,
      await prepareRelaxedNamespace(cluster),
    );
  }

  private constructor(
    cluster: Cluster,
    portal: ClusterPortal,
    relaxedNamespace: string,
  ) {
    this.cluster = cluster;
    this.#portal = portal;
    this.#relaxedNamespace = relaxedNamespace;
  }

  /** With the data of the start before, where there was one. */
  async start(gate?: object): Promise<void> {
    const { cluster } = this;
    const { imageFactory_executors_kubernetes: kubernetes } = clusterConfig(
      cluster,
      this.#portal.instance,
    );
    const [described] = kubernetes.clusters;
    const [tenant] = described.tenants;
    const relaxedNamespace = this.#relaxedNamespace;
    await this.#portal.start({
      imageFactory_checks: {
        database: cluster.local.vulnerabilityDatabase,
        ...(gate ? { gate } : {}),
      },
      imageFactory_executors_kubernetes: {
        ...kubernetes,
        clusters: [
          { ...described, tenants: [{ ...tenant, relaxedNamespace }] },
        ],
      },
    });
  }

  /** Builds to the end. */
  async build(component: string, inputs: object = {}): Promise<CheckedBuild> {
    const { id } = await this.#portal.submit(component, inputs);
    let build: Build | undefined;
    await expect
      .poll(
        async () => {
          build = await this.#portal.portal.api<Build>(`/v1/builds/${id}`);
          return ['completed', 'failed', 'cancelled'].includes(build.status);
        },
        { timeout: 150_000 },
      )
      .toBe(true);
    return new CheckedBuild(build!, path =>
      this.#portal.portal.api(`/v1/builds/${id}${path}`),
    );
  }

  async stop(): Promise<void> {
    await this.#portal.portal.stop();
  }

  async dispose(): Promise<void> {
    await this.#portal.dispose();
  }
}
