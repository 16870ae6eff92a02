import { LoggerService } from '@backstage/backend-plugin-api';
import {
  Executor,
  Outcome,
  RunReference,
} from '@image-factory/backstage-plugin-image-factory-node';
import { ClaimedExecution, Fence } from '../database';
import { Recorder } from '../recorder';
import { RunTrouble } from './RunTrouble';

/** Tells that something of a build has changed. */
export type OnBuildChange = (change: {
  buildId: string;
  entityRef: string;
  change: 'build' | 'log';
}) => void;

type Held = {
  execution: ClaimedExecution;
  executor: Executor;
  run?: RunReference;
  cancelled: boolean;
  isCancelWanted: boolean;
  abort: AbortController;
  done: Promise<void>;
};

/** Runs the executions that this process holds, each until its outcome is recorded. */
export class ExecutionRunner {
  readonly #recorder: Recorder;
  readonly #executor: (id: string) => Executor | undefined;
  readonly #onChange: OnBuildChange;
  readonly #onFinished: () => void;
  readonly #logger: LoggerService;
  readonly #held = new Map<string, Held>();
  readonly #trouble: RunTrouble;

  static create(options: {
    recorder: Recorder;
    executor: (id: string) => Executor | undefined;
    onChange: OnBuildChange;
    /** Called when an execution is over, so that its place can be taken at once. */
    onFinished: () => void;
    /** Milliseconds of a clock that nobody can set, such as `performance.now`. */
    steady: () => number;
    logger: LoggerService;
  }): ExecutionRunner {
    return new ExecutionRunner(options);
  }

  private constructor(options: Parameters<typeof ExecutionRunner.create>[0]) {
    this.#recorder = options.recorder;
    this.#executor = options.executor;
    this.#onChange = options.onChange;
    this.#onFinished = options.onFinished;
    this.#logger = options.logger;
    this.#trouble = new RunTrouble(options.steady);
  }

  /** The ids of the executions that run here. */
  get held(): string[] {
    return [...this.#held.keys()];
  }

  /** Whether this process has an executor: another replica may have another configuration. */
  has(executorId: string): boolean {
    return this.#executor(executorId) !== undefined;
  }

  /** Whether the runs of an executor go on without the process that has started them. */
  isDetached(executorId: string): boolean {
    return this.#executor(executorId)?.isDetached ?? false;
  }

  /** Starts an execution; its end is waited for by {@link ExecutionRunner.idle}. */
  run(execution: ClaimedExecution): void {
    const { executionId, buildId, entityRef } = execution;
    const executor = this.#executor(execution.executor);
    const fence: Fence = { executionId, leaseToken: execution.leaseToken };
    const onRecorded = (change: 'build' | 'log') =>
      this.#onChange({ buildId, entityRef, change });
    if (!executor) {
      // The planner only picks executors that are there.
      throw new Error(`No executor ${execution.executor}`);
    }
    const held: Held = {
      execution,
      executor,
      cancelled: false,
      isCancelWanted: execution.resumedFrom?.isCancelWanted ?? false,
      abort: new AbortController(),
      done: Promise.resolve(),
    };
    held.done = this.#follow(held, fence, onRecorded)
      .catch(error => {
        this.#logger.error(
          `Recording execution ${execution.name} failed; it is taken up again when its lease is over`,
          error as Error,
        );
      })
      .finally(() => {
        this.#held.delete(executionId);
        this.#onFinished();
      });
    this.#held.set(executionId, held);
  }

  async #follow(
    held: Held,
    fence: Fence,
    onRecorded: (change: 'build' | 'log') => void,
  ): Promise<void> {
    const { execution, executor } = held;
    const { resumedFrom } = execution;
    onRecorded('build');
    let failed: Outcome | undefined;
    try {
      held.run = await executor.start(
        {
          name: execution.name,
          executionId: execution.executionId,
          buildId: execution.buildId,
          attempt: execution.attempt,
          config: execution.config,
          buildNumber: execution.buildNumber,
          requestedBy: execution.requestedBy,
          avoidNodes: execution.avoidNodes,
          resumed: resumedFrom !== undefined,
          run: resumedFrom?.run,
        },
        held.abort.signal,
      );
      if (executor.isDetached && !resumedFrom?.run) {
        const kept = await this.#recorder.keepRun(fence, held.run);
        if (kept === 'refused') return;
      }
      if (held.cancelled) {
        await executor.cancel(held.run, 'cancel');
      }
      const recorded = await this.#recorder.record({
        fence,
        updates: executor.collect(
          held.run,
          resumedFrom?.cursor,
          held.abort.signal,
        ),
        onRecorded,
      });
      if (recorded.result === 'finished') {
        this.#trouble.forget(execution.executionId);
        return;
      }
      if (executor.isDetached) {
        // Somebody else has it now, or this process is about to stop.
        await this.#letGo(held, fence);
        return;
      }
      if (recorded.result === 'refused') {
        this.#logger.warn(
          `Execution ${execution.name} is held by another process now; stopping it here`,
        );
        await executor.cancel(held.run, 'cancel');
        await this.#recorder.discardIfLost(fence);
        return;
      }
      failed = {
        status: 'lost',
        message: `Executor ${executor.id} gave no outcome for the build.`,
      };
    } catch (error) {
      if (executor.isDetached) {
        if (held.abort.signal.aborted || isAborted(error)) {
          await this.#letGo(held, fence);
        } else {
          await this.#giveUpOrLetGo(held, fence, onRecorded, error as Error);
        }
        return;
      }
      this.#logger.error(`Execution ${execution.name} failed`, error as Error);
      failed = {
        status: 'lost',
        message: `Executor ${executor.id} could not run the build. A portal admin finds the reason in the log of the backend, under ${execution.name}.`,
      };
      if (held.run) await executor.cancel(held.run, 'cancel');
    }
    const { result } = await this.#recorder.finish(fence, failed, onRecorded);
    if (result === 'refused') await this.#recorder.discardIfLost(fence);
  }

  /** What cannot be followed is tried again, and not for ever. */
  async #giveUpOrLetGo(
    held: Held,
    fence: Fence,
    onRecorded: (change: 'build' | 'log') => void,
    error: Error,
  ): Promise<void> {
    const { execution, isCancelWanted, abort } = held;
    if (abort.signal.aborted) return;
    const { isNew, outcome } = this.#trouble.meet(execution, isCancelWanted);
    const message = `Execution ${
      execution.name
    } could not be collected; it is ${
      outcome
        ? `given up as ${outcome.status}`
        : 'taken up again every few seconds'
    }`;
    // Each of the many times is the same.
    if (isNew || outcome) this.#logger.error(message, error);
    else this.#logger.debug(message, error);
    if (!outcome) {
      await this.#letGo(held, fence);
      return;
    }
    await this.#recorder.finish(fence, outcome, onRecorded);
    this.#trouble.forget(execution.executionId);
  }

  /** The run goes on; whoever is next, this process among them, collects it on from its cursor. */
  async #letGo({ abort }: Held, fence: Fence): Promise<void> {
    if (!abort.signal.aborted) await this.#recorder.release(fence);
  }

  /** Stops an execution that somebody wants cancelled. Its outcome comes through its updates. */
  async cancel(executionId: string): Promise<void> {
    const held = this.#held.get(executionId);
    if (!held || held.cancelled) return;
    held.isCancelWanted = true;
    held.cancelled = true;
    try {
      if (held.run) await held.executor.cancel(held.run, 'cancel');
    } catch (error) {
      // The next look finds that it is wanted still.
      held.cancelled = false;
      throw error;
    }
  }

  /** Leaves executions that somebody else has taken over. */
  async abandon(taken: Set<string>): Promise<void> {
    for (const id of taken) {
      const held = this.#held.get(id);
      if (!held) continue;
      held.abort.abort();
      if (held.run && !held.executor.isDetached)
        await held.executor.cancel(held.run, 'cancel');
    }
  }

  /** Waits until nothing runs here. */
  async idle(): Promise<void> {
    while (this.#held.size > 0) {
      await Promise.all([...this.#held.values()].map(held => held.done));
    }
  }
}

/** As where the executor stops before the run has begun. */
function isAborted(error: unknown): boolean {
  return (error as { name?: unknown } | undefined)?.name === 'AbortError';
}
