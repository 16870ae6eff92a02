import { setTimeout as delay } from 'node:timers/promises';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { PortalApi, PortalError } from '../../portal/PortalApi';
import { Cluster } from '../../cluster/Cluster';
import { DISPATCHER } from '../../cluster/access/dispatcher';
import { PORTAL, PortalOverlay, PortalSettings } from './PortalOverlay';

const SELECTOR = `--selector=app.kubernetes.io/name=${PORTAL}`;
const NAMESPACE = `--namespace=${DISPATCHER.namespace}`;

export type Pod = {
  metadata: { name: string; deletionTimestamp?: string };
  status: { podIP: string };
  spec: { serviceAccountName: string; nodeName: string };
};

/** The production image of the portal on the cluster, put there by an operator's overlay. */
export class DeployedPortal {
  readonly api: PortalApi;
  readonly url: string;
  readonly #cluster: Cluster;
  readonly #overlay: PortalOverlay;

  static async deploy(
    cluster: Cluster,
    settings: PortalSettings,
  ): Promise<DeployedPortal> {
    const overlay = PortalOverlay.write(cluster, settings);
    try {
      await cluster.kubectl.run(['apply', '--kustomize', overlay.folder]);
      // One makes the tables before there is another.
      await waitForRollout(cluster);
      await cluster.kubectl.run([
        ...['scale', NAMESPACE, `deployment/${PORTAL}`, '--replicas=2'],
      ]);
      await waitForRollout(cluster);
      const service = await cluster.kubectl.get<{
        spec: { clusterIP: string };
      }>('service', PORTAL, NAMESPACE);
      return new DeployedPortal(cluster, overlay, service.spec.clusterIP);
    } catch (error) {
      await remove(cluster, overlay);
      throw error;
    }
  }

  private constructor(
    cluster: Cluster,
    overlay: PortalOverlay,
    address: string,
  ) {
    this.#cluster = cluster;
    this.#overlay = overlay;
    // There is no name server.
    this.url = `http://${address}`;
    this.api = new PortalApi(this.url);
  }

  async pods(): Promise<Pod[]> {
    const { items } = await this.#cluster.kubectl.get<{ items: Pod[] }>(
      'pods',
      NAMESPACE,
      SELECTOR,
    );
    return items;
  }

  /** Runs a command in a pod; gives what it prints. */
  async execute(pod: Pod, ...command: string[]): Promise<string> {
    const { name } = pod.metadata;
    return this.#cluster.kubectl.run([
      'exec',
      NAMESPACE,
      name,
      '--',
      ...command,
    ]);
  }

  /**
   * Replaces one pod after the other.
   *
   * @returns how long the slowest of the old ones has taken to stop, in milliseconds
   */
  async rollOut(): Promise<number> {
    const old = new Set((await this.pods()).map(nameOf));
    await this.#cluster.kubectl.run([
      ...['rollout', 'restart', NAMESPACE, `deployment/${PORTAL}`],
    ]);
    const toldToStop = new Map<string, number>();
    let longest = 0;
    while (old.size > 0) {
      const pods = await this.pods();
      const stopping = pods.filter(pod => pod.metadata.deletionTimestamp);
      for (const name of stopping.map(nameOf)) {
        if (!toldToStop.has(name)) toldToStop.set(name, Date.now());
      }
      const there = new Set(pods.map(nameOf));
      for (const name of [...old].filter(each => !there.has(each))) {
        longest = Math.max(longest, Date.now() - toldToStop.get(name)!);
        old.delete(name);
      }
      await delay(500);
    }
    await waitForRollout(this.#cluster);
    return longest;
  }

  /** Submits a build as the guest; a catalog that has only just started is waited for. */
  async submit(component: string): Promise<Build> {
    for (;;) {
      try {
        return await this.api.ask<Build>('/v1/builds', {
          entityRef: `component:default/${component}`,
        });
      } catch (error) {
        const isUnknown = error instanceof PortalError && error.status === 404;
        if (!isUnknown) throw error;
        await delay(500);
      }
    }
  }

  async remove(): Promise<void> {
    await remove(this.#cluster, this.#overlay);
  }
}

function nameOf({ metadata }: Pod): string {
  return metadata.name;
}

async function waitForRollout({ kubectl }: Cluster): Promise<void> {
  const { code, stderr, stdout } = await kubectl.try([
    ...['rollout', 'status', NAMESPACE, `deployment/${PORTAL}`],
    '--timeout=300s',
  ]);
  if (code === 0) return;
  const pods = await kubectl.try(['describe', 'pods', NAMESPACE, SELECTOR]);
  const logs = await kubectl.try(['logs', NAMESPACE, SELECTOR, '--tail=40']);
  throw new Error(
    [stdout, stderr, pods.stdout.slice(-6000), logs.stdout].join('\n'),
  );
}

/** The overlay has not brought the account and its namespace: they stay. */
async function remove(
  { kubectl }: Cluster,
  overlay: PortalOverlay,
): Promise<void> {
  await kubectl.run([
    ...['delete', '--kustomize', overlay.folder],
    ...['--ignore-not-found', '--timeout=120s'],
  ]);
  overlay.dispose();
}
