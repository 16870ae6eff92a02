import { LoggerService } from '@backstage/backend-plugin-api';
import {
  Executor,
  ExecutorStatus,
} from '@image-factory/backstage-plugin-image-factory-node';
import { ExecutorCapacity } from '../planner';

const ANSWER_WITHIN_MS = 15_000;

/** What is known of an executor. */
export type ObservedExecutor = { id: string; status: ExecutorStatus };

/** Asks executors what they can do; one that fails or hangs holds up nobody else. */
export class ExecutorMonitor {
  readonly #executors: () => Executor[];
  readonly #logger: LoggerService;

  static create(options: {
    executors: () => Executor[];
    logger: LoggerService;
  }): ExecutorMonitor {
    return new ExecutorMonitor(options.executors, options.logger);
  }

  private constructor(executors: () => Executor[], logger: LoggerService) {
    this.#executors = executors;
    this.#logger = logger;
  }

  async observe(): Promise<ObservedExecutor[]> {
    return Promise.all(
      this.#executors().map(async executor => ({
        id: executor.id,
        status: await this.#describe(executor),
      })),
    );
  }

  async #describe(executor: Executor): Promise<ExecutorStatus> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await Promise.race([
        executor.describe(),
        new Promise<never>((_, reject) => {
          timer = setTimeout(
            () =>
              reject(
                new Error(`it gave no answer within ${ANSWER_WITHIN_MS} ms`),
              ),
            ANSWER_WITHIN_MS,
          );
        }),
      ]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#logger.warn(`Executor ${executor.id} cannot be used: ${reason}`);
      return {
        title: executor.id,
        type: executor.id,
        health: 'unavailable',
        message: `Executor ${executor.id} cannot be used: ${reason}.`,
        hint: 'A portal admin finds more in the log of the backend.',
        maxRunning: 0,
        tools: [],
        methods: [],
        checkedAt: new Date().toISOString(),
      };
    } finally {
      clearTimeout(timer);
    }
  }
}

/** An executor as the planner needs it. */
export function toCapacity(
  observed: ObservedExecutor,
  running: number,
): ExecutorCapacity {
  const { id, status } = observed;
  return {
    id,
    type: status.type,
    available: status.health !== 'unavailable',
    message: status.message,
    hint: status.hint,
    maxRunning: status.maxRunning,
    running,
    methods: Object.fromEntries(
      status.methods.map(method => [
        method.id,
        {
          available: method.available,
          message: method.message,
          hint: method.hint,
        },
      ]),
    ),
  };
}
