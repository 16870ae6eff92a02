import {
  CancelMode,
  Cursor,
  ExecutionSpec,
  ExecutionUpdate,
  Executor,
  ExecutorStatus,
  RunReference,
} from '@image-factory/backstage-plugin-image-factory-node';

type Run = {
  /** All that it has ever reported. */
  updates: ExecutionUpdate[];
  cancelled: CancelMode[];
  starts: number;
};

/**
 * Runs that go on without the process that has started them, as a third party's
 * cluster could have them; every replica has an executor over the same ones.
 */
export class DetachedRuns {
  readonly runs = new Map<string, Run>();
  readonly #wake = new Set<() => void>();

  /** Has a run report something, whether or not anybody collects it. */
  report(name: string, ...updates: ExecutionUpdate[]): void {
    this.runs.get(name)!.updates.push(...updates);
    this.#wake.forEach(wake => wake());
  }

  /** What one replica has of them. */
  executor(options: { id?: string } = {}): Executor & {
    /** What it was told to start. */
    started: ExecutionSpec[];
    /** The cursors from which runs were collected. */
    collectedFrom: (Cursor | undefined)[];
    breakNext(error: Error): void;
  } {
    const stopping = new AbortController();
    const collectedFrom: (Cursor | undefined)[] = [];
    const started: ExecutionSpec[] = [];
    let broken: Error | undefined;
    const id = options.id ?? 'local';
    return {
      id,
      isDetached: true,
      started,
      collectedFrom,
      breakNext(error) {
        broken = error;
      },
      describe: async (): Promise<ExecutorStatus> => ({
        title: id,
        type: 'cluster',
        health: 'healthy',
        maxRunning: 10,
        tools: [],
        methods: [{ id: 'docker', title: 'docker', available: true }],
        checkedAt: new Date().toISOString(),
      }),
      start: async (spec: ExecutionSpec): Promise<RunReference> => {
        started.push(spec);
        if (!spec.run) this.#start(spec.name);
        return spec.run ?? { name: spec.name, namespace: `of-${spec.name}` };
      },
      collect: (run, from, signal) => {
        collectedFrom.push(from);
        const problem = broken;
        broken = undefined;
        return this.#collect(
          run.name,
          Number(from ?? 0),
          AbortSignal.any([signal, stopping.signal]),
          problem,
        );
      },
      cancel: async (run, mode) => {
        this.runs.get(run.name)!.cancelled.push(mode);
        this.report(run.name, {
          type: 'outcome',
          outcome: { status: 'cancelled' },
        });
        return 'requested';
      },
      recover: async () => undefined,
      stop: async () => stopping.abort(),
    };
  }

  #start(name: string): void {
    const run = this.runs.get(name) ?? {
      updates: [],
      cancelled: [],
      starts: 0,
    };
    run.starts += 1;
    this.runs.set(name, run);
  }

  async *#collect(
    name: string,
    from: number,
    signal: AbortSignal,
    problem: Error | undefined,
  ): AsyncIterable<ExecutionUpdate> {
    const { updates } = this.runs.get(name)!;
    for (let at = from; !signal.aborted; at += 1) {
      while (at >= updates.length && !signal.aborted) {
        await new Promise<void>(resolve => {
          const wake = () => {
            this.#wake.delete(wake);
            signal.removeEventListener('abort', wake);
            resolve();
          };
          this.#wake.add(wake);
          signal.addEventListener('abort', wake);
        });
      }
      if (signal.aborted) return;
      yield updates[at];
      if (updates[at].type === 'outcome') return;
      yield { type: 'cursor', cursor: String(at + 1) };
      if (problem) throw problem;
    }
  }
}
