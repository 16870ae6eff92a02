import { LoggerService } from '@backstage/backend-plugin-api';
import { Executor } from '@image-factory/backstage-plugin-image-factory-node';
import { setTimeout as delay } from 'node:timers/promises';
import { ClaimResult, QueueSnapshot, QueueStore } from '../database';
import { Plan, PlanLimits, plan } from '../planner';
import { ExecutionRunner } from './ExecutionRunner';
import {
  ExecutorMonitor,
  ObservedExecutor,
  toCapacity,
} from './ExecutorMonitor';
import { isDoneWithin } from './isDoneWithin';
import { LEASE_MS, LeaseKeeper } from './LeaseKeeper';
import { WakeUp } from './WakeUp';

const POLL_QUEUED_MS = 1_000;
const POLL_IDLE_MS = 5_000;
const KEEP_EVERY_MS = 1_000;
const RECOVER_EVERY_MS = 10_000;
/** A connection that is cut silently never answers. */
const CLAIM_WITHIN_MS = LEASE_MS / 2;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;

/** What a {@link Dispatcher} works with. */
export type DispatcherOptions = {
  owner: string;
  queue: QueueStore;
  limits: PlanLimits;
  executors: () => Executor[];
  monitor: ExecutorMonitor;
  runner: ExecutionRunner;
  keeper: LeaseKeeper;
  wakeUp: WakeUp;
  random: () => number;
  logger: LoggerService;
};

/**
 * Claims queued builds within the limits and has them run.
 *
 * Three loops: one claims, one keeps leases and cancels, one recovers. Each
 * catches whatever happens and goes on; one rejected claim must never end a
 * loop, and nothing that another waits for keeps leases from being renewed.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #abort = new AbortController();
  #loops: Promise<unknown> | undefined;
  /** Whether nothing may start here any more. */
  #isOver = false;

  static create(options: DispatcherOptions): Dispatcher {
    return new Dispatcher(options);
  }

  private constructor(options: DispatcherOptions) {
    this.#options = options;
  }

  /** Says that there may be something to claim. A hint; the loop polls all the same. */
  wake(): void {
    this.#options.wakeUp.wake();
  }

  start(): void {
    if (this.#loops) return;
    this.#loops = this.#run();
  }

  /** Claims nothing more, ends what runs here and gives it back to the queue. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#loops;
  }

  async #run(): Promise<void> {
    const { executors, keeper, runner, wakeUp } = this.#options;
    const signal = this.#abort.signal;
    const clearUp = () =>
      Promise.all(executors().map(executor => executor.recover()));
    let isCleared = await this.#surviving(
      signal,
      'clearing up after the last run',
      clearUp,
    );
    const claiming = this.#repeating(signal, 'claiming builds', {
      work: () => this.#claim(),
      sleep: pause => wakeUp.sleep(pause, signal),
    });
    const recovering = this.#repeating(signal, 'recovering lost builds', {
      work: async () => {
        if (!isCleared) await clearUp();
        isCleared = true;
        await keeper.recover();
        return RECOVER_EVERY_MS;
      },
      sleep: pause => sleepUntilAborted(pause, signal),
    });
    // Leases are kept until the last run here has been recorded.
    const ended = new AbortController();
    const keeping = this.#repeating(ended.signal, 'keeping leases', {
      work: async () => {
        await keeper.keep();
        return KEEP_EVERY_MS;
      },
      // However long the database is away: it may be back before a lease is over.
      sleep: () => sleepUntilAborted(KEEP_EVERY_MS, ended.signal),
    });
    await claiming;
    this.#isOver = true;
    await Promise.allSettled(executors().map(executor => executor.stop()));
    await runner.idle();
    ended.abort();
    await Promise.all([keeping, isDoneWithin(recovering, CLAIM_WITHIN_MS)]);
  }

  /** @returns how long to sleep, in milliseconds */
  async #claim(): Promise<number> {
    const { owner, queue, limits, monitor, runner, random } = this.#options;
    const observed = await monitor.observe();
    const askedAt = performance.now();
    let claim: ClaimResult | undefined;
    const claiming = queue
      .claim({
        owner,
        leaseMs: LEASE_MS,
        perGroup: limits.batch,
        decide: snapshot => this.#decide(snapshot, observed),
      })
      .then(result => {
        claim = result;
        // Of an answer that comes too late the leases may be over, and run out.
        const isLate = performance.now() - askedAt >= CLAIM_WITHIN_MS;
        if (result.result === 'busy' || isLate || this.#isOver) return;
        result.executions.forEach(execution => runner.run(execution));
      });
    if (!(await isDoneWithin(claiming, CLAIM_WITHIN_MS)) || !claim) {
      throw new Error(
        `The database has not answered within ${CLAIM_WITHIN_MS / 1000} s`,
      );
    }
    const jitter = 0.8 + 0.4 * random();
    if (claim.result === 'busy') return POLL_QUEUED_MS * jitter;
    if (claim.executions.length === limits.batch) return 0;
    return (claim.queued > 0 ? POLL_QUEUED_MS : POLL_IDLE_MS) * jitter;
  }

  #decide(snapshot: QueueSnapshot, observed: ObservedExecutor[]): Plan {
    return plan({
      now: snapshot.now,
      queue: snapshot.queue,
      activeByTenant: snapshot.activeByTenant,
      executors: observed.map(executor => {
        const running =
          executor.status.capacityScope === 'process'
            ? snapshot.heldByExecutor
            : snapshot.activeByExecutor;
        return toCapacity(executor, running[executor.id] ?? 0, snapshot.queue);
      }),
      limits: this.#options.limits,
    });
  }

  async #repeating(
    signal: AbortSignal,
    what: string,
    loop: {
      /** Gives how long to sleep, in milliseconds. */
      work: () => Promise<number>;
      sleep: (milliseconds: number) => Promise<unknown>;
    },
  ): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      let pause: number | undefined;
      // What goes on for long is told ever more seldom.
      const isTold = Number.isInteger(Math.log2(failures + 1));
      await this.#surviving(
        signal,
        what,
        async () => {
          pause = await loop.work();
        },
        isTold,
      );
      failures = pause === undefined ? failures + 1 : 0;
      await loop.sleep(
        pause ??
          Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS) *
            (0.5 + this.#options.random()),
      );
    }
  }

  /** @returns whether it went well */
  async #surviving(
    signal: AbortSignal,
    what: string,
    work: () => Promise<unknown>,
    isTold = true,
  ): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!signal.aborted && isTold) {
        this.#options.logger.error(
          `Trouble while ${what}; trying again`,
          error as Error,
        );
      }
      return false;
    }
  }
}

async function sleepUntilAborted(
  milliseconds: number,
  signal: AbortSignal,
): Promise<void> {
  // It rejects when aborted.
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
