import { LoggerService } from '@backstage/backend-plugin-api';
import { ExecutionStore, ExpiredExecution } from '../database';
import { LOCAL_EXECUTOR } from '../model';
import { Recorder } from '../recorder';
import { ClockWatch } from './ClockWatch';
import { ExecutionRunner, OnBuildChange } from './ExecutionRunner';
import { isDoneWithin } from './isDoneWithin';

/** A lease is renewed this often and is over after {@link LEASE_MS}, so that a renewal may fail and be tried again. */
const RENEW_EVERY_MS = 10_000;
export const LEASE_MS = 30_000;
/** A connection that is cut silently never answers. */
const ANSWERS_WITHIN_MS = 5_000;
/** Then a lease may be over before what runs under it has ended, which takes a few seconds. */
const LET_GO_AFTER_MS = LEASE_MS - 5_000;
const WAIT_FOR_CANCELS_MS = 2_000;
/** Whoever is recovered waits; leases are kept meanwhile by {@link LeaseKeeper.keep}. */
const WAIT_FOR_CLEARING_MS = 5_000;

/**
 * What runs on an executor that this process does not have is another replica's,
 * as while a new configuration is rolled out. Where none has taken it up for so
 * long, which is longer than a build may take, it is settled all the same;
 */
export const MISSING_EXECUTOR_MS = 24 * 3_600_000;
/** and where somebody wants it cancelled, after this. */
const MISSING_AND_CANCELLED_MS = 60_000;

/** What a {@link LeaseKeeper} works with. */
export type LeaseKeeperOptions = {
  owner: string;
  /** Where the database admits one process only, whoever else holds something is gone. */
  othersAreGone: boolean;
  executions: ExecutionStore;
  recorder: Recorder;
  runner: ExecutionRunner;
  /** Ends what processes that are gone have left running on this machine. */
  clearUp: () => Promise<unknown>;
  onChange: OnBuildChange;
  onRecovered: () => void;
  /** Milliseconds of a clock that nobody can set, such as `performance.now`. */
  steady: () => number;
  logger: LoggerService;
};

/**
 * Keeps the leases of what runs here, stops what somebody wants cancelled, and
 * takes over what others have left behind.
 */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  readonly #databaseClock: ClockWatch;
  /** When the leases of what runs here were last good for their whole time; none where nothing runs. */
  #renewedAt: number | undefined;
  #clearing: Promise<unknown> | undefined;
  /** Executors of which it is in the log that they are not there. */
  readonly #toldMissing = new Set<string>();
  /** Executions of which it is in the log that they could not be cancelled. */
  readonly #toldUncancelled = new Set<string>();

  static create(options: LeaseKeeperOptions): LeaseKeeper {
    return new LeaseKeeper(options);
  }

  private constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#databaseClock = ClockWatch.create(options);
  }

  /**
   * Renews the leases of what runs here where that is due, and stops what
   * somebody wants cancelled. To be called each second, whatever came of the
   * last time; it is back within some ten seconds.
   */
  async keep(): Promise<void> {
    const { runner, steady } = this.#options;
    const now = steady();
    if (runner.held.length === 0) {
      this.#renewedAt = undefined;
      return;
    }
    // What was claimed came with a lease of its own.
    this.#renewedAt ??= now;
    if (now - this.#renewedAt >= RENEW_EVERY_MS) {
      await this.#renewOrLetGo(this.#renewedAt);
      this.#renewedAt = now;
    }
    await this.#cancelRequested();
  }

  /**
   * A database that is away for as long as a lease may have given what runs here
   * to another replica, and a push must not set a tag beside that one's.
   */
  async #renewOrLetGo(renewedAt: number): Promise<void> {
    const { runner, othersAreGone, steady, logger } = this.#options;
    try {
      const untilMs = renewedAt + LET_GO_AFTER_MS - steady();
      await answered(
        this.#renew(),
        // Whoever is late anyway, as after a sleep, tries once more all the same.
        untilMs > 0 ? Math.min(untilMs, ANSWERS_WITHIN_MS) : ANSWERS_WITHIN_MS,
      );
    } catch (error) {
      const sinceMs = steady() - renewedAt;
      if (!othersAreGone && sinceMs >= LET_GO_AFTER_MS) {
        logger.warn(
          `No lease could be renewed for ${Math.round(
            sinceMs / 1000,
          )} s; what runs here is ended, since another replica may run it soon`,
        );
        await runner.abandon(new Set(runner.held));
      }
      throw error;
    }
  }

  async #cancelRequested(): Promise<void> {
    const { executions, runner, owner } = this.#options;
    const wanted = await answered(executions.cancelRequested(owner));
    const cancelled = Promise.all(
      [...wanted].map(id =>
        runner.cancel(id).catch(error => this.#tellUncancelled(id, error)),
      ),
    );
    // A cluster that is away takes its time to fail, which is no reason to let leases run out.
    await isDoneWithin(cancelled, WAIT_FOR_CANCELS_MS);
  }

  /** One that cannot be cancelled, as on a cluster that is away, keeps none of the others from it. */
  #tellUncancelled(id: string, error: Error): void {
    if (this.#toldUncancelled.has(id)) return;
    this.#toldUncancelled.add(id);
    this.#options.logger.warn(
      `Execution ${id} is to be cancelled, and its executor does not take that now; it is tried again each second`,
      error,
    );
  }

  async #renew(): Promise<void> {
    const { executions, runner, owner } = this.#options;
    const taken = await executions.renewLeases(owner, LEASE_MS, runner.held);
    await runner.abandon(taken);
  }

  /**
   * Settles the executions that nobody looks after: their runs were children of
   * processes that are gone, or were lost sight of. One that cannot be settled
   * keeps none of the others from it. To be called every few seconds, beside
   * {@link LeaseKeeper.keep}: a lock that somebody else holds may make it wait.
   */
  async recover(): Promise<void> {
    const { executions, runner, owner, othersAreGone, logger } = this.#options;
    // Leases that were written before the clock was set mean nothing after it;
    // whoever lives has renewed theirs within the time of one.
    const sinceJump = this.#databaseClock.sinceJump(await executions.now());
    if (sinceJump < LEASE_MS && !othersAreGone) return;
    const left = {
      owner,
      held: runner.held,
      othersAreGone,
      leaseMs: LEASE_MS,
    };
    const missing = (await executions.expiredExecutors(left)).filter(
      // What ran beside a process that is gone is gone with it, and nobody has it.
      id => !runner.has(id) && !(othersAreGone && id === LOCAL_EXECUTOR),
    );
    this.#tellMissing(missing);
    const expired = await executions.expired({
      ...left,
      missing: {
        executors: missing,
        forMs: MISSING_EXECUTOR_MS,
        cancelledForMs: MISSING_AND_CANCELLED_MS,
      },
    });
    if (expired.length === 0 || !(await this.#clearedUp())) return;
    for (const execution of expired) {
      try {
        await this.#settle(execution);
      } catch (error) {
        logger.error(
          `Execution ${execution.executionId} of build ${execution.buildId} was left behind and could not be settled; it is tried again`,
          error as Error,
        );
      }
    }
  }

  #tellMissing(executors: string[]): void {
    for (const id of executors) {
      if (this.#toldMissing.has(id)) continue;
      this.#toldMissing.add(id);
      this.#options.logger.warn(
        `Builds were left behind on the executor ${id}, which this process does not have. They are left to a replica that has it, for ${
          MISSING_EXECUTOR_MS / 3_600_000
        } hours at most; whoever does not want to wait cancels them. If the executor was renamed or removed by mistake, restore it under imageFactory.executors.`,
      );
    }
  }

  async #settle(execution: ExpiredExecution): Promise<void> {
    const { executions, recorder, runner, owner, logger } = this.#options;
    const fence = await executions.takeOver(execution, {
      owner,
      leaseMs: LEASE_MS,
    });
    if (!fence) return;
    if (runner.isDetached(execution.executor)) {
      logger.info(
        `Execution ${execution.executionId} of build ${execution.buildId} was left behind; it is collected on`,
      );
      runner.run(await executions.resume(fence));
      return;
    }
    logger.warn(
      `Execution ${execution.executionId} of build ${execution.buildId} was left behind; it is settled as lost`,
    );
    await recorder.finish(
      fence,
      {
        status: 'lost',
        message: runner.has(execution.executor)
          ? 'The portal was stopped or lost while the build ran.'
          : `The build ran on the executor ${execution.executor}, which the portal does not have any more: what became of it nobody can tell.`,
      },
      change =>
        this.#options.onChange({
          buildId: execution.buildId,
          entityRef: execution.entityRef,
          change,
        }),
    );
    this.#options.onRecovered();
  }

  /**
   * What is tried again must not run on beside its next attempt, as where
   * another replica on this machine was killed.
   *
   * @returns false where that takes longer: then the next round settles
   */
  async #clearedUp(): Promise<boolean> {
    this.#clearing ??= this.#options
      .clearUp()
      .catch(error =>
        this.#options.logger.warn(
          'What a lost process has left could not be cleared up',
          error,
        ),
      )
      .finally(() => {
        this.#clearing = undefined;
      });
    return isDoneWithin(this.#clearing, WAIT_FOR_CLEARING_MS);
  }
}

/** @throws Error where the database gives no answer */
async function answered<T>(
  work: Promise<T>,
  withinMs = ANSWERS_WITHIN_MS,
): Promise<T> {
  if (!(await isDoneWithin(work, withinMs))) {
    throw new Error(
      `The database has not answered within ${Math.ceil(withinMs / 1000)} s`,
    );
  }
  return work;
}
