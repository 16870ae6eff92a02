import {
  KubernetesClient,
  KubernetesObject,
  ObjectWatch,
  TEKTON_API,
  objectPath,
} from '../../plugins/image-factory-backend/src/clusters';

type PipelineRunObject = KubernetesObject & {
  status?: { conditions?: { type: string; status: string }[] };
};

/** What became of one PipelineRun, and when it was seen, in milliseconds since the epoch. */
export type SeenRun = {
  name: string;
  /** More than one where a run of the same name was created twice. */
  uids: string[];
  labels: Record<string, string>;
  createdAt: number;
  doneAt?: number;
  hasSucceeded?: boolean;
};

/** Looks at all PipelineRuns of a namespace from outside: the API server's own times are whole seconds. */
export class RunWatch {
  readonly #watch: ObjectWatch<PipelineRunObject, PipelineRunObject>;
  readonly #seen = new Map<string, SeenRun>();
  readonly #live = new Set<string>();
  readonly #listeners = new Set<() => void>();
  #mostLive = 0;

  static start(client: KubernetesClient, namespace: string): RunWatch {
    return new RunWatch(client, namespace);
  }

  private constructor(client: KubernetesClient, namespace: string) {
    this.#watch = ObjectWatch.create({
      client,
      path: objectPath(TEKTON_API, namespace, 'pipelineruns'),
      reduce: (run: PipelineRunObject) => run,
      random: Math.random,
      steady: () => performance.now(),
    });
    this.#watch.onChange(name => this.#look(name));
    this.#watch.start();
  }

  /** All that were ever seen, whether or not they are still there. */
  get seen(): SeenRun[] {
    return [...this.#seen.values()];
  }

  /** How many are not done now. */
  get live(): number {
    return this.#live.size;
  }

  /** How many were not done at once, at most, since the last call. */
  takeMostLive(): number {
    const most = this.#mostLive;
    this.#mostLive = this.live;
    return most;
  }

  /** Resolves once it holds, looked at whenever a run has changed. */
  async until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    await new Promise<void>(resolve => {
      const look = () => {
        if (!holds()) return;
        this.#listeners.delete(look);
        resolve();
      };
      this.#listeners.add(look);
    });
  }

  async stop(): Promise<void> {
    await this.#watch.stop();
  }

  #look(name: string): void {
    const now = Date.now();
    const run = this.#watch.get(name);
    if (run) {
      const { uid = '', labels = {} } = run.metadata;
      const seen = this.#seen.get(name) ?? {
        name,
        uids: [],
        labels,
        createdAt: now,
      };
      this.#seen.set(name, seen);
      if (!seen.uids.includes(uid)) seen.uids.push(uid);
      const succeeded = run.status?.conditions?.find(
        ({ type }) => type === 'Succeeded',
      )?.status;
      if (succeeded === undefined || succeeded === 'Unknown') {
        this.#live.add(name);
        this.#mostLive = Math.max(this.#mostLive, this.live);
      } else {
        this.#live.delete(name);
        seen.doneAt ??= now;
        seen.hasSucceeded ??= succeeded === 'True';
      }
    } else {
      this.#live.delete(name);
    }
    this.#listeners.forEach(listener => listener());
  }
}
