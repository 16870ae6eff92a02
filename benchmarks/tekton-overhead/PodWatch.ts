import { setTimeout as delay } from 'node:timers/promises';
import {
  CORE_API,
  KubernetesClient,
  KubernetesObject,
  ObjectWatch,
  TEKTON_API,
  objectPath,
} from '../../plugins/image-factory-backend/src/clusters';

type PodObject = KubernetesObject & {
  status?: {
    phase?: string;
    containerStatuses?: { state?: { terminated?: object } }[];
  };
};
type RunObject = KubernetesObject & {
  status?: { conditions?: { type: string; status: string }[] };
};

const WITHIN_MS = 60_000;
const LOOK_MS = 50;
const RUN_LABEL = 'tekton.dev/pipelineRun';

/** When each was first seen, in milliseconds of this process's clock. */
export type SeenTimes = {
  created?: number;
  podRunning?: number;
  /** All containers of its pod have ended. The pod itself says so about a second later, and Tekton waits for the containers. */
  podDone?: number;
  /** The PipelineRun has succeeded. */
  succeeded?: number;
};

/** Looks at the PipelineRuns of a namespace and their pods from outside: the cluster's own times are whole seconds. */
export class PodWatch {
  readonly #pods: ObjectWatch<PodObject, PodObject>;
  readonly #runs: ObjectWatch<RunObject, RunObject>;
  readonly #seen = new Map<string, SeenTimes>();
  readonly #listeners = new Set<() => void>();

  static async start(
    client: KubernetesClient,
    namespace: string,
  ): Promise<PodWatch> {
    const watch = new PodWatch(client, namespace);
    while (!watch.#pods.isSynced || !watch.#runs.isSynced) {
      await delay(LOOK_MS);
    }
    return watch;
  }

  private constructor(client: KubernetesClient, namespace: string) {
    const watch = <O extends KubernetesObject>(path: string) =>
      ObjectWatch.create<O, O>({
        client,
        path,
        reduce: (object: O) => object,
        random: Math.random,
        steady: () => performance.now(),
      });
    this.#pods = watch<PodObject>(objectPath(CORE_API, namespace, 'pods'));
    this.#runs = watch<RunObject>(
      objectPath(TEKTON_API, namespace, 'pipelineruns'),
    );
    this.#pods.onChange(name => this.#lookAtPod(name));
    this.#runs.onChange(name => this.#lookAtRun(name));
    this.#pods.start();
    this.#runs.start();
  }

  /** What was seen of a run once it has come so far. */
  async until<K extends keyof SeenTimes>(
    run: string,
    what: K,
  ): Promise<number> {
    await this.#until(
      () => this.#seen.get(run)?.[what] !== undefined,
      `${what} of ${run}`,
    );
    return this.#seen.get(run)![what]!;
  }

  async stop(): Promise<void> {
    await Promise.all([this.#pods.stop(), this.#runs.stop()]);
  }

  #lookAtPod(name: string): void {
    const pod = this.#pods.get(name);
    const run = pod?.metadata.labels?.[RUN_LABEL];
    const { phase, containerStatuses = [] } = pod?.status ?? {};
    const haveEnded =
      containerStatuses.length > 0 &&
      containerStatuses.every(({ state }) => state?.terminated);
    if (run && phase === 'Running') this.#note(run, 'podRunning');
    if (run && haveEnded) this.#note(run, 'podDone');
    this.#tell();
  }

  #lookAtRun(name: string): void {
    const run = this.#runs.get(name);
    if (run) this.#note(name, 'created');
    const conditions = run?.status?.conditions ?? [];
    const isOver = conditions.some(
      ({ type, status }) => type === 'Succeeded' && status === 'True',
    );
    if (isOver) this.#note(name, 'succeeded');
    this.#tell();
  }

  #note(run: string, what: keyof SeenTimes): void {
    const seen = this.#seen.get(run) ?? {};
    seen[what] ??= performance.now();
    this.#seen.set(run, seen);
  }

  #tell(): void {
    this.#listeners.forEach(listener => listener());
  }

  async #until(holds: () => boolean, what: string): Promise<void> {
    if (holds()) return;
    const tooLate = new AbortController();
    const held = new Promise<void>(resolve => {
      const look = () => {
        if (!holds()) return;
        this.#listeners.delete(look);
        resolve();
      };
      this.#listeners.add(look);
    });
    const limit = delay(WITHIN_MS, undefined, { signal: tooLate.signal }).then(
      () => {
        throw new Error(`${what} did not come within ${WITHIN_MS / 1000} s`);
      },
    );
    // Whoever waits is told, where it still matters.
    limit.catch(() => undefined);
    try {
      await Promise.race([held, limit]);
    } finally {
      tooLate.abort();
    }
  }
}
