import { LoggerService } from '@backstage/backend-plugin-api';
import { ExecutionStore } from '../database';
import { Recorder } from '../recorder';
import { ClockWatch } from './ClockWatch';
import { ExecutionRunner, OnBuildChange } from './ExecutionRunner';

/** A lease is renewed this often and is over after {@link LEASE_MS}, so that two renewals may fail. */
const RENEW_EVERY_MS = 10_000;
export const LEASE_MS = 30_000;
const RECOVER_EVERY_MS = 10_000;
/** A connection that is cut silently never answers. */
const ANSWERS_WITHIN_MS = 5_000;
/** Leases have to be renewed meanwhile. */
const WAIT_FOR_CLEARING_MS = 5_000;

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
  #recoveredAt = Number.NEGATIVE_INFINITY;
  #clearing: Promise<unknown> | undefined;

  static create(options: LeaseKeeperOptions): LeaseKeeper {
    return new LeaseKeeper(options);
  }

  private constructor(options: LeaseKeeperOptions) {
    this.#options = options;
    this.#databaseClock = ClockWatch.create(options);
  }

  /** To be called each second. */
  async tick(): Promise<void> {
    const { runner, steady } = this.#options;
    const now = steady();
    if (runner.held.length === 0) {
      this.#renewedAt = undefined;
    } else {
      // What was claimed came with a lease of its own.
      this.#renewedAt ??= now;
      if (now - this.#renewedAt >= RENEW_EVERY_MS) {
        await this.#renewOrLetGo(now - this.#renewedAt);
        this.#renewedAt = now;
      }
      await this.#cancelRequested();
    }
    if (now - this.#recoveredAt >= RECOVER_EVERY_MS) {
      await this.recover();
      this.#recoveredAt = now;
    }
  }

  /**
   * A database that is away for as long as a lease may have given what runs here
   * to another replica, and a push must not set a tag beside that one's.
   */
  async #renewOrLetGo(sinceRenewalMs: number): Promise<void> {
    const { runner, othersAreGone, logger } = this.#options;
    try {
      if (!(await isDoneWithin(this.#renew(), ANSWERS_WITHIN_MS))) {
        throw new Error(
          `The database has not answered within ${ANSWERS_WITHIN_MS / 1000} s`,
        );
      }
    } catch (error) {
      if (!othersAreGone && sinceRenewalMs >= LEASE_MS) {
        logger.warn(
          `No lease could be renewed for ${
            LEASE_MS / 1000
          } s; what runs here is ended, since another replica may run it by now`,
        );
        await runner.abandon(new Set(runner.held));
      }
      throw error;
    }
  }

  async #cancelRequested(): Promise<void> {
    const { executions, runner, owner } = this.#options;
    for (const id of await executions.cancelRequested(owner)) {
      await runner.cancel(id);
    }
  }

  async #renew(): Promise<void> {
    const { executions, runner, owner } = this.#options;
    const taken = await executions.renewLeases(owner, LEASE_MS, runner.held);
    await runner.abandon(taken);
  }

  /** Settles the executions that nobody looks after: their runs were children of processes that are gone, or were lost sight of. */
  async recover(): Promise<void> {
    const { executions, recorder, runner, owner, othersAreGone, logger } =
      this.#options;
    // Leases that were written before the clock was set mean nothing after it;
    // whoever lives has renewed theirs within the time of one.
    const sinceJump = this.#databaseClock.sinceJump(await executions.now());
    if (sinceJump < LEASE_MS && !othersAreGone) return;
    const expired = await executions.expired({
      owner,
      held: runner.held,
      othersAreGone,
      leaseMs: LEASE_MS,
    });
    if (expired.length === 0 || !(await this.#clearedUp())) return;
    for (const execution of expired) {
      const fence = await executions.takeOver(execution, {
        owner,
        leaseMs: LEASE_MS,
      });
      if (!fence) continue;
      logger.warn(
        `Execution ${execution.executionId} of build ${execution.buildId} was left behind; it is settled as lost`,
      );
      await recorder.finish(
        fence,
        {
          status: 'lost',
          message: 'The portal was stopped or lost while the build ran.',
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

/** Whether work is done by then. What fails later is nobody's any more. */
async function isDoneWithin(
  work: Promise<unknown>,
  milliseconds: number,
): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>(resolve => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
