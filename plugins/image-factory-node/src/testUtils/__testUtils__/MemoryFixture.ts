import { ExecutionUpdate, Outcome, StepSnapshot } from '../../executionUpdate';
import {
  CancelMode,
  CancelResult,
  ExecutionSpec,
  Executor,
  ExecutorStatus,
  RunReference,
} from '../../executor';
import { ExecutorFixture, RunBehaviour } from '../ExecutorFixture';

const STEPS = ['build-image', 'push-image'];

/** A way in which an executor can break its contract. */
export type Defect =
  | 'starts-twice'
  | 'loses-log'
  | 'outcome-twice'
  | 'runs-on-after-cancel'
  | 'forgets-taken-over'
  | 'leaves-something'
  | 'hangs-when-left';

type Run = {
  updates: ExecutionUpdate[];
  over: boolean;
  wake: (() => void)[];
  end?: (mode: CancelMode) => void;
};

/**
 * Runs that exist in memory only and go on without a collector, to show that
 * the suite passes what keeps the contract and catches what does not.
 */
export class MemoryFixture implements ExecutorFixture {
  readonly steps = STEPS;
  readonly withoutCollector = 'on';
  readonly executor: Executor;
  readonly #behaviours = new Map<string, RunBehaviour>();
  readonly #runs = new Map<string, Run>();
  readonly #defect: Defect | undefined;
  #count = 0;

  constructor(defect?: Defect) {
    this.#defect = defect;
    this.executor = {
      id: 'memory',
      describe: async () => describeMemory(),
      start: async spec => this.#start(spec),
      collect: (run, from, signal) => this.#collect(run, from, signal),
      cancel: async (run, mode) => this.#cancel(run, mode),
      recover: async () => undefined,
      stop: async () => undefined,
    };
  }

  async spec(behaviour: RunBehaviour): Promise<ExecutionSpec> {
    this.#count += 1;
    const name = `memory-${this.#count}-1`;
    this.#behaviours.set(name, behaviour);
    return {
      name,
      executionId: name,
      buildId: name,
      attempt: 1,
      buildNumber: 1,
      requestedBy: 'user:default/guest',
      config: {
        entityRef: 'component:default/memory',
        imageName: 'default',
        tenant: 'group:default/guests',
        method: 'memory',
        infrastructure: 'memory',
        source: { type: 'directory', root: 'none', path: '' },
        image: { reference: 'memory:1', tags: [], delivery: 'export' },
        parameters: {},
        platforms: [],
        timeoutSeconds: behaviour.timeoutSeconds ?? 60,
      },
    };
  }

  async assertNothingLeft(name: string): Promise<void> {
    if (!this.#runs.get(name)?.over || this.#defect === 'leaves-something') {
      throw new Error(`${name} is left`);
    }
  }

  async dispose(): Promise<void> {
    this.#runs.forEach(run => run.end?.('shutdown'));
  }

  #start(spec: ExecutionSpec): RunReference {
    const known = this.#runs.get(spec.name);
    const run = known ?? { updates: [], over: false, wake: [] };
    if (!known || this.#defect === 'starts-twice') {
      this.#runs.set(spec.name, run);
      void this.#execute(spec, run);
    }
    return { name: spec.name };
  }

  async #execute(spec: ExecutionSpec, run: Run): Promise<void> {
    const behaviour = this.#behaviours.get(spec.name)!;
    const tell = (...updates: ExecutionUpdate[]) => {
      run.updates.push(...updates);
      run.wake.splice(0).forEach(wake => wake());
    };
    const step = (
      name: string,
      status: StepSnapshot['status'],
      exitCode?: number,
    ) =>
      tell({
        type: 'step',
        step: {
          name,
          ordinal: STEPS.indexOf(name),
          status,
          exitCode,
          startedAt: '2026-01-01T00:00:00.000Z',
          finishedAt: '2026-01-01T00:00:00.000Z',
        },
      });
    let ended: CancelMode | undefined;
    const end = new Promise<void>(resolve => {
      run.end = mode => {
        ended ??= mode;
        resolve();
      };
    });
    const timer = setTimeout(
      () => run.end?.('timeout'),
      spec.config.timeoutSeconds * 1000,
    );
    STEPS.forEach(name => step(name, 'pending'));
    // A turn of the event loop, as real runs begin after they were started.
    await new Promise(resolve => setImmediate(resolve));
    let outcome: Outcome = { status: 'completed' };
    for (const name of STEPS) {
      if (outcome.status !== 'completed' || ended) {
        step(name, 'skipped');
        if (ended && outcome.status === 'completed') {
          outcome = outcomeOf(ended, name);
        }
        continue;
      }
      step(name, 'running');
      if (behaviour.prints?.step === name) {
        await this.#print(name, behaviour.prints.lines, tell);
      }
      if (behaviour.waitsIn === name) await end;
      if (ended && this.#defect !== 'runs-on-after-cancel') {
        step(name, ended === 'timeout' ? 'failed' : 'cancelled');
        outcome = outcomeOf(ended, name);
      } else if (behaviour.failsIn === name) {
        step(name, 'failed', 1);
        outcome = {
          status: 'failed',
          failure: { class: 'user', message: `${name} failed.`, step: name },
        };
      } else {
        step(name, 'completed', 0);
        ended = undefined;
      }
    }
    clearTimeout(timer);
    run.over = true;
    tell({ type: 'outcome', outcome });
    if (this.#defect === 'outcome-twice') tell({ type: 'outcome', outcome });
  }

  async #print(
    step: string,
    lines: number,
    tell: (...updates: ExecutionUpdate[]) => void,
  ): Promise<void> {
    let offset = 0;
    for (let line = 1; line <= lines; line += 1) {
      const bytes = Buffer.from(`line ${line}\n`);
      if (this.#defect !== 'loses-log' || line !== 2) {
        tell({ type: 'log', step, offset, bytes });
      }
      offset += bytes.length;
      await new Promise(resolve => setImmediate(resolve));
    }
  }

  async *#collect(
    { name }: RunReference,
    from: string | undefined,
    signal: AbortSignal,
  ): AsyncIterable<ExecutionUpdate> {
    const run = this.#runs.get(name);
    if (!run) {
      yield {
        type: 'outcome',
        outcome: { status: 'lost', message: `There is no run ${name}.` },
      };
      return;
    }
    let at = Number(from ?? 0);
    if (this.#defect === 'forgets-taken-over' && from) at += 5;
    while (!signal.aborted) {
      if (at < run.updates.length) {
        yield run.updates[at];
        at += 1;
        if (!(run.over && at >= run.updates.length)) {
          yield { type: 'cursor', cursor: String(at) };
        }
      } else if (run.over) {
        return;
      } else {
        await new Promise<void>(resolve => {
          run.wake.push(resolve);
          if (this.#defect !== 'hangs-when-left') {
            signal.addEventListener('abort', () => resolve());
          }
        });
      }
    }
  }

  #cancel({ name }: RunReference, mode: CancelMode): CancelResult {
    const run = this.#runs.get(name);
    if (!run) return 'gone';
    if (run.over) return 'already-over';
    run.end?.(mode);
    return 'requested';
  }
}

function outcomeOf(mode: CancelMode, step: string): Outcome {
  return mode === 'timeout'
    ? {
        status: 'failed',
        failure: { class: 'timeout', message: 'It took too long.', step },
      }
    : { status: 'cancelled' };
}

function describeMemory(): ExecutorStatus {
  return {
    title: 'Memory',
    type: 'memory',
    health: 'healthy',
    maxRunning: 10,
    tools: [],
    methods: [{ id: 'memory', title: 'Memory', available: true }],
    checkedAt: '2026-01-01T00:00:00.000Z',
  };
}
