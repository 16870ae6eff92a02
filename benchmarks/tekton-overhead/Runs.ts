import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '../../e2e/cluster/Cluster';
import {
  KubernetesClient,
  KubernetesObject,
  TEKTON_API,
  loadKubeConfig,
  objectPath,
} from '../../plugins/image-factory-backend/src/clusters';
import { PodWatch } from './PodWatch';

type PipelineRunObject = KubernetesObject & { spec?: object };

/** How long it took one run, in milliseconds. */
export type Times = {
  /** From the request until its PipelineRun is there. */
  toCreated: number;
  /** From the request until its pod runs. */
  toRunning: number;
  /** From the end of its pod until that is told. */
  toCompleted: number;
};

/**
 * Waits for up to a second. The kubelet looks once a second at its containers:
 * a run that begins as the last one is seen to end would always be at the same
 * distance from that, and a few milliseconds could count as a second or as none.
 */
export async function anyMoment(): Promise<void> {
  await delay(Math.random() * 1_000);
}

/** PipelineRuns that are only created, each like one that the portal has made. */
export class Runs {
  readonly watch: PodWatch;
  /** Of the image that runs say they have pushed. */
  readonly digest: string;
  /** The name of the run that others are like. */
  original: string | undefined;
  readonly #client: KubernetesClient;
  readonly #path: string;

  static async open(cluster: Cluster, namespace: string): Promise<Runs> {
    const login = await loadKubeConfig('benchmark', {
      type: 'kubeconfig',
      file: cluster.description.kubeconfig,
    });
    const client = KubernetesClient.create({ login });
    const watch = await PodWatch.start(client, namespace);
    const [, digest] = cluster.local.images.busybox.split('@');
    return new Runs(client, watch, { namespace, digest });
  }

  private constructor(
    client: KubernetesClient,
    watch: PodWatch,
    options: { namespace: string; digest: string },
  ) {
    this.#client = client;
    this.#path = objectPath(TEKTON_API, options.namespace, 'pipelineruns');
    this.watch = watch;
    this.digest = options.digest;
  }

  async bare(name: string): Promise<Times> {
    const { signal } = new AbortController();
    const { apiVersion, kind, metadata, spec } =
      await this.#client.get<PipelineRunObject>(
        `${this.#path}/${this.original}`,
        signal,
      );
    const copy = {
      apiVersion,
      kind,
      metadata: {
        name,
        namespace: metadata.namespace,
        annotations: metadata.annotations,
        // No portal is to take it for its own.
        labels: { 'image-factory.io/benchmark': 'bare' },
      },
      spec,
    };
    await anyMoment();
    const askedAt = performance.now();
    await this.#client.create<PipelineRunObject>(this.#path, copy, signal, {
      fieldValidation: 'Strict',
    });
    const createdAt = await this.watch.until(name, 'created');
    const runningAt = await this.watch.until(name, 'podRunning');
    const doneAt = await this.watch.until(name, 'podDone');
    const succeededAt = await this.watch.until(name, 'succeeded');
    return {
      toCreated: createdAt - askedAt,
      toRunning: runningAt - askedAt,
      toCompleted: succeededAt - doneAt,
    };
  }

  async stop(): Promise<void> {
    await this.watch.stop();
  }
}
