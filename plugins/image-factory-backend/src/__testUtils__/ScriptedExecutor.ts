import { ExecutorReadiness } from '@image-factory/backstage-plugin-image-factory-common';
import {
  CancelMode,
  ExecutionSpec,
  ExecutionUpdate,
  Executor,
  ExecutorStatus,
  NoPlace,
  RunReference,
} from '@image-factory/backstage-plugin-image-factory-node';

type Run = {
  spec: ExecutionSpec;
  updates: ExecutionUpdate[];
  wake: () => void;
  cancelled: CancelMode[];
};

/** An executor as a third party could bring one, whose runs report what a test tells them to. */
export class ScriptedExecutor implements Executor {
  readonly id: string;
  readonly runs = new Map<string, Run>();
  maxRunning = 10;
  capacityScope: ExecutorStatus['capacityScope'];
  methods = ['docker'];
  stopped = false;
  noPlaceFor: (build: {
    tenant: string;
    method: string;
  }) => NoPlace | undefined = () => undefined;
  #started: (() => void)[] = [];
  #finishing: () => Promise<void> = async () => undefined;

  constructor(id = 'scripted') {
    this.id = id;
  }

  async describe(): Promise<ExecutorStatus> {
    return {
      title: this.id,
      type: this.id,
      health: 'healthy',
      maxRunning: this.maxRunning,
      capacityScope: this.capacityScope,
      tools: [],
      methods: this.methods.map(id => ({ id, title: id, available: true })),
      checkedAt: new Date().toISOString(),
    };
  }

  whyNoPlace(build: { tenant: string; method: string }) {
    return this.noPlaceFor(build);
  }

  async readiness(_options: { refresh: boolean }): Promise<ExecutorReadiness> {
    return {
      status: 'ready',
      checkedAt: new Date().toISOString(),
      findings: [],
      namespaces: [],
    };
  }

  async start(spec: ExecutionSpec): Promise<RunReference> {
    if (!this.runs.has(spec.name)) {
      this.runs.set(spec.name, {
        spec,
        updates: [],
        wake: () => undefined,
        cancelled: [],
      });
    }
    this.#started.splice(0).forEach(resolve => resolve());
    return { name: spec.name };
  }

  async *collect(
    run: RunReference,
    _from: string | undefined,
    signal: AbortSignal,
  ): AsyncIterable<ExecutionUpdate> {
    const state = this.runs.get(run.name)!;
    signal.addEventListener('abort', () => state.wake());
    while (!signal.aborted) {
      const update = state.updates.shift();
      if (update) {
        yield update;
        if (update.type === 'outcome') return;
      } else {
        await new Promise<void>(resolve => {
          state.wake = resolve;
        });
      }
    }
  }

  async cancel(run: RunReference, mode: CancelMode) {
    this.runs.get(run.name)!.cancelled.push(mode);
    this.report(run.name, {
      type: 'outcome',
      outcome: { status: 'cancelled' },
    });
    return 'requested' as const;
  }

  async recover(): Promise<void> {}

  /** From now on whoever stops it waits until the test lets it go on. */
  finishFirst(): { asked: Promise<void>; now: () => void } {
    let now = () => undefined as void;
    const allowed = new Promise<void>(resolve => {
      now = resolve;
    });
    const asked = new Promise<void>(resolve => {
      this.#finishing = async () => {
        resolve();
        await allowed;
      };
    });
    return { asked, now };
  }

  async stop(): Promise<void> {
    await this.#finishing();
    this.stopped = true;
    for (const name of this.runs.keys()) {
      this.report(name, {
        type: 'outcome',
        outcome: {
          status: 'lost',
          message: 'The portal was stopped.',
          handedBack: true,
        },
      });
    }
  }

  /** Has a run report something. */
  report(name: string, ...updates: ExecutionUpdate[]): void {
    const run = this.runs.get(name)!;
    run.updates.push(...updates);
    run.wake();
  }

  /** Resolves once at least `count` runs have been started. */
  async started(count: number): Promise<Run[]> {
    while (this.runs.size < count) {
      await new Promise<void>(resolve => this.#started.push(resolve));
    }
    return [...this.runs.values()];
  }
}
