import { LoggerService } from '@backstage/backend-plugin-api';
import {
  Executor,
  ExecutorStatus,
  NoPlace,
} from '@image-factory/backstage-plugin-image-factory-node';
import { ExecutorCapacity } from '../planner';
import { isDoneWithin } from './isDoneWithin';

/** Where nothing is known yet, nobody waits for an answer any longer; */
const FIRST_ANSWER_WITHIN_MS = 3_000;
/** and where something is, */
const ANSWER_WITHIN_MS = 500;
/** said no longer ago than this. */
const KNOWN_FOR_MS = 30_000;
/** Then it is asked anew. */
const GIVE_UP_AFTER_MS = 15_000;

/** The builds of a tenant by a method. */
type AskedBuild = { tenant: string; method: string };

/** What is known of an executor. */
export type ObservedExecutor = {
  id: string;
  status: ExecutorStatus;
  /** See {@link Executor.whyNoPlace}; one that fails at that has no place. */
  whyNoPlace(build: AskedBuild): NoPlace | undefined;
};

type Known = {
  last?: { status: ExecutorStatus; at: number };
  asking?: Promise<ExecutorStatus>;
};

/**
 * Asks executors what they can do; one that fails or hangs holds up nobody else.
 * One that is slow is known by what it said last, until its answer comes.
 */
export class ExecutorMonitor {
  readonly #executors: () => Executor[];
  readonly #logger: LoggerService;
  readonly #known = new WeakMap<Executor, Known>();
  /** Of these it is in the log that they cannot tell whom they have a place for. */
  readonly #told = new WeakSet<Executor>();

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
        status: await this.#status(executor),
        whyNoPlace: build => this.#whyNoPlace(executor, build),
      })),
    );
  }

  /** What an executor is called, as it has told last; undefined where it has not told yet. */
  titleOf(id: string): string | undefined {
    const executor = this.#executors().find(each => each.id === id);
    return executor && this.#known.get(executor)?.last?.status.title;
  }

  async #status(executor: Executor): Promise<ExecutorStatus> {
    const known = this.#known.get(executor) ?? {};
    this.#known.set(executor, known);
    known.asking ??= this.#ask(executor).then(status => {
      known.asking = undefined;
      known.last = { status, at: performance.now() };
      return status;
    });
    const last =
      known.last && performance.now() - known.last.at < KNOWN_FOR_MS
        ? known.last.status
        : undefined;
    const wait = last ? ANSWER_WITHIN_MS : FIRST_ANSWER_WITHIN_MS;
    return (
      (await answerWithin(known.asking, wait)) ??
      last ??
      unavailable(executor, `it has given no answer within ${wait / 1000} s`)
    );
  }

  /** It is asked amidst a claim, which nothing that an executor does may break. */
  #whyNoPlace(executor: Executor, build: AskedBuild): NoPlace | undefined {
    try {
      return executor.whyNoPlace?.(build);
    } catch (error) {
      if (!this.#told.has(executor)) {
        this.#told.add(executor);
        this.#logger.error(
          `Executor ${executor.id} fails to tell whom it has a place for, so it is given none of their builds`,
          error as Error,
        );
      }
      return {
        message: `Executor ${executor.id} cannot tell whether it has a place for builds of ${build.tenant}.`,
        hint: 'A portal admin finds more in the log of the backend.',
      };
    }
  }

  async #ask(executor: Executor): Promise<ExecutorStatus> {
    try {
      const status = await answerWithin(executor.describe(), GIVE_UP_AFTER_MS);
      if (status) return status;
      throw new Error(
        `it has given no answer within ${GIVE_UP_AFTER_MS / 1000} s`,
      );
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.#logger.warn(`Executor ${executor.id} cannot be used: ${reason}`);
      return unavailable(executor, reason);
    }
  }
}

function unavailable(executor: Executor, reason: string): ExecutorStatus {
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
}

/** Undefined where it takes longer. */
async function answerWithin<T>(
  answer: Promise<T>,
  milliseconds: number,
): Promise<T | undefined> {
  return (await isDoneWithin(answer, milliseconds)) ? answer : undefined;
}

/**
 * An executor as the planner needs it.
 *
 * @param running - how many executions it has now
 * @param builds - the builds that are to be placed
 */
export function toCapacity(
  observed: ObservedExecutor,
  running: number,
  builds: AskedBuild[],
): ExecutorCapacity {
  const { id, status } = observed;
  return {
    id,
    type: status.type,
    available: status.health !== 'unavailable',
    message: status.message,
    hint: status.hint,
    maxRunning: status.maxRunning,
    throttled: status.throttled?.message,
    running,
    tenants: status.tenants,
    withoutPlace: withoutPlace(observed, builds),
    blocked: status.blocked,
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

function withoutPlace(
  observed: ObservedExecutor,
  builds: AskedBuild[],
): ExecutorCapacity['withoutPlace'] {
  const kinds = new Map(
    builds.map(({ tenant, method }) => [
      JSON.stringify([tenant, method]),
      { tenant, method },
    ]),
  );
  return [...kinds.values()].flatMap(build => {
    const why = observed.whyNoPlace(build);
    return why ? { ...build, message: why.message, hint: why.hint } : [];
  });
}
