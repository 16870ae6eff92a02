import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Cluster } from '../../e2e/cluster/Cluster';
import { applyTenant } from '../../e2e/tekton/support/applyTenant';
import {
  KubernetesClient,
  loadKubeConfig,
} from '../../plugins/image-factory-backend/src/clusters';
import { ApiCalls } from './ApiCalls';
import { NodeLogs } from './NodeLogs';
import { RunWatch } from './RunWatch';

/** Of the runs, away from the builds of tests. */
export const NAMESPACE = 'image-builds-benchmark';
const NODES = 10;
/** More than all runs ask for; the quota counts all the same. */
const QUOTA = {
  pods: '10000',
  'requests.cpu': '10000',
  'requests.memory': '10000Gi',
  'requests.ephemeral-storage': '10000Gi',
  'count/pipelineruns.tekton.dev': '10000',
};

/**
 * The cluster with what the benchmark adds to it: a namespace, nodes that are
 * played, with their logs, and counters. All of it goes again.
 */
export class PlayedCluster {
  readonly cluster: Cluster;
  readonly client: KubernetesClient;
  readonly runs: RunWatch;
  readonly calls: ApiCalls;
  readonly #logs: NodeLogs;

  static async create(
    cluster: Cluster,
    directory: string,
  ): Promise<PlayedCluster> {
    mkdirSync(directory);
    if (await hasNamespace(cluster)) await clear(cluster);
    const login = await loadKubeConfig('benchmark', {
      type: 'kubeconfig',
      file: cluster.description.kubeconfig,
    });
    const client = KubernetesClient.create({ login });
    await makeNamespace(cluster);
    const logs = await NodeLogs.start({
      client,
      namespace: NAMESPACE,
      directory,
    });
    const played = new PlayedCluster({
      cluster,
      client,
      logs,
      runs: RunWatch.start(client, NAMESPACE),
      calls: await ApiCalls.start(cluster, client),
    });
    try {
      await cluster.playNodes(NODES, {
        stages: readFileSync(
          join(__dirname, 'podsOfTekton.yaml'),
          'utf8',
        ).replaceAll('@DIGEST@', played.digest),
        logsPort: logs.port,
      });
    } catch (error) {
      await played.remove();
      throw error;
    }
    return played;
  }

  private constructor(options: {
    cluster: Cluster;
    client: KubernetesClient;
    logs: NodeLogs;
    runs: RunWatch;
    calls: ApiCalls;
  }) {
    this.cluster = options.cluster;
    this.client = options.client;
    this.runs = options.runs;
    this.calls = options.calls;
    this.#logs = options.logs;
  }

  /** Of the image that every run says to have pushed. */
  get digest(): string {
    return this.cluster.local.images.busybox.split('@')[1];
  }

  /** Puts that image into a repository of the registry, since runs that are played push nothing. */
  async putImage(repository: string): Promise<void> {
    const { images, registry } = this.cluster.local;
    const login = [
      `--src-authfile=${registry.authFile}`,
      `--dest-authfile=${registry.authFile}`,
      `--src-cert-dir=${registry.certificateFolder}`,
      `--dest-cert-dir=${registry.certificateFolder}`,
    ];
    await promisify(execFile)('skopeo', [
      'copy',
      '--quiet',
      '--preserve-digests',
      ...login,
      `docker://${images.busybox}`,
      `docker://${registry.address}/${repository}:base`,
    ]);
  }

  async remove(): Promise<void> {
    await this.runs.stop();
    await clear(this.cluster);
    await this.#logs.stop();
    await this.client.close();
  }
}

async function makeNamespace(cluster: Cluster): Promise<void> {
  await applyTenant(cluster, NAMESPACE, 'baseline');
  await cluster.kubectl.apply(
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'image-builds', namespace: NAMESPACE },
      spec: { hard: QUOTA },
    }),
  );
}

async function hasNamespace({ kubectl }: Cluster): Promise<boolean> {
  return (await kubectl.try(['get', `namespace/${NAMESPACE}`])).code === 0;
}

/** The namespace first: kwok has to let its pods go. */
async function clear(cluster: Cluster): Promise<void> {
  await cluster.kubectl.run([
    'delete',
    `namespace/${NAMESPACE}`,
    '--ignore-not-found',
    '--timeout=300s',
  ]);
  await cluster.removePlayedNodes();
  await ApiCalls.remove(cluster);
}
