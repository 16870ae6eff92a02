import { LoggerService } from '@backstage/backend-plugin-api';
import {
  Executor,
  ObservedRun,
} from '@image-factory/backstage-plugin-image-factory-node';
import { ExecutionStore } from '../database';

/** Whoever has recorded the end of an execution may be about to clear its run up. */
const SETTLED_FOR_MS = 60_000;
const BATCH = 100;

/**
 * Compares what runs out there with what the database knows. A run whose
 * execution is over is ended: nobody would ever take its image, and it holds its
 * place and its node. One that the database has never heard of is told to the
 * operator and left alone: another portal may have made it.
 */
export class RunReconciler {
  readonly #executors: () => Executor[];
  readonly #executions: ExecutionStore;
  readonly #logger: LoggerService;
  /** Told once by each process. */
  readonly #told = new Set<string>();

  static create(options: {
    executors: () => Executor[];
    executions: ExecutionStore;
    logger: LoggerService;
  }): RunReconciler {
    return new RunReconciler(options);
  }

  private constructor(options: {
    executors: () => Executor[];
    executions: ExecutionStore;
    logger: LoggerService;
  }) {
    this.#executors = options.executors;
    this.#executions = options.executions;
    this.#logger = options.logger;
  }

  /** Goes through all executors; one that does not answer holds up no other. */
  async reconcile(signal: AbortSignal): Promise<void> {
    await Promise.all(
      this.#executors().map(async executor => {
        try {
          await this.#reconcileOne(executor, signal);
        } catch (error) {
          if (signal.aborted) return;
          this.#logger.warn(
            `The runs of the executor ${executor.id} could not be compared with the builds; it is tried again in a minute`,
            error as Error,
          );
        }
      }),
    );
  }

  async #reconcileOne(executor: Executor, signal: AbortSignal): Promise<void> {
    if (!executor.list) return;
    let batch: ObservedRun[] = [];
    for await (const run of executor.list(signal)) {
      batch.push(run);
      if (batch.length < BATCH) continue;
      await this.#settle(executor, batch, signal);
      batch = [];
    }
    await this.#settle(executor, batch, signal);
  }

  async #settle(
    executor: Executor,
    runs: ObservedRun[],
    signal: AbortSignal,
  ): Promise<void> {
    if (runs.length === 0) return;
    const over = await this.#executions.areOver(
      runs.map(({ executionId }) => executionId),
      SETTLED_FOR_MS,
    );
    for (const run of runs) {
      signal.throwIfAborted();
      const isOver = over.get(run.executionId);
      if (isOver === undefined) this.#tellUnknown(executor, run);
      if (isOver) {
        this.#tellOnce(
          executor,
          run,
          `Run ${run.name} on ${executor.id} is left of an execution that is over: it is cleared up`,
        );
        await this.#discard(executor, run, signal);
      }
    }
  }

  /** One that cannot be ended keeps none of the others from it; it is there again in a minute. */
  async #discard(
    executor: Executor,
    run: ObservedRun,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await executor.discard?.(run, signal);
    } catch (error) {
      if (signal.aborted) throw error;
      this.#tellOnce(
        executor,
        run,
        `Run ${run.name} on ${executor.id} could not be cleared up; it is tried again each minute`,
        error as Error,
      );
    }
  }

  #tellUnknown(executor: Executor, run: ObservedRun): void {
    this.#tellOnce(
      executor,
      run,
      `On ${executor.id} there is a run ${run.name} in ${run.namespace} of this portal's instance that the database knows nothing of. It is left alone: give each portal its own instance, or delete the run where no portal has it.`,
    );
  }

  /** What a cluster takes its time for would be told each minute. */
  #tellOnce(
    { id }: Executor,
    run: ObservedRun,
    message: string,
    error?: Error,
  ): void {
    const key = `${id}/${run.namespace}/${run.name}/${message}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#logger.warn(message, ...(error ? [error] : []));
  }
}
