import { LoggerService } from '@backstage/backend-plugin-api';
import { Executor } from '@image-factory/backstage-plugin-image-factory-node';
import { setTimeout as delay } from 'node:timers/promises';
import { QueueSnapshot, QueueStore } from '../database';
import { Plan, PlanLimits, plan } from '../planner';
import { ExecutionRunner } from './ExecutionRunner';
import {
  ExecutorMonitor,
  ObservedExecutor,
  toCapacity,
} from './ExecutorMonitor';
import { LEASE_MS, LeaseKeeper } from './LeaseKeeper';
import { WakeUp } from './WakeUp';

const POLL_QUEUED_MS = 1_000;
const POLL_IDLE_MS = 5_000;
const KEEP_EVERY_MS = 1_000;
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
 * Two loops: one claims, one keeps leases, cancels and recovers. Each catches
 * whatever happens and goes on with a growing pause; one rejected claim must
 * never end a loop.
 */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #abort = new AbortController();
  #loops: Promise<unknown> | undefined;

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
    const { executors, runner, wakeUp } = this.#options;
    const signal = this.#abort.signal;
    await this.#surviving(signal, 'clearing up after the last run', () =>
      Promise.all(executors().map(executor => executor.recover())),
    );
    const claiming = this.#repeating(
      signal,
      'claiming builds',
      () => this.#claim(),
      pause => wakeUp.sleep(pause, signal),
    );
    // Leases are kept until the last run here has been recorded.
    const ended = new AbortController();
    const keeping = this.#repeating(
      ended.signal,
      'keeping leases',
      async () => {
        await this.#options.keeper.tick();
        return KEEP_EVERY_MS;
      },
      pause =>
        delay(pause, undefined, { signal: ended.signal }).catch(
          () => undefined,
        ),
    );
    await claiming;
    await Promise.allSettled(executors().map(executor => executor.stop()));
    await runner.idle();
    ended.abort();
    await keeping;
  }

  /** @returns how long to sleep, in milliseconds */
  async #claim(): Promise<number> {
    const { owner, queue, limits, monitor, runner, random } = this.#options;
    const observed = await monitor.observe();
    const claim = await queue.claim({
      owner,
      leaseMs: LEASE_MS,
      perGroup: limits.batch,
      decide: snapshot => this.#decide(snapshot, observed),
    });
    const jitter = 0.8 + 0.4 * random();
    if (claim.result === 'busy') return POLL_QUEUED_MS * jitter;
    for (const execution of claim.executions) {
      runner.run(execution);
    }
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
        return toCapacity(executor, running[executor.id] ?? 0);
      }),
      limits: this.#options.limits,
    });
  }

  async #repeating(
    signal: AbortSignal,
    what: string,
    work: () => Promise<number>,
    sleep: (milliseconds: number) => Promise<unknown>,
  ): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      let pause: number | undefined;
      await this.#surviving(signal, what, async () => {
        pause = await work();
      });
      failures = pause === undefined ? failures + 1 : 0;
      await sleep(
        pause ??
          Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS) *
            (0.5 + this.#options.random()),
      );
    }
  }

  async #surviving(
    signal: AbortSignal,
    what: string,
    work: () => Promise<unknown>,
  ): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      this.#options.logger.error(
        `Trouble while ${what}; trying again`,
        error as Error,
      );
    }
  }
}
