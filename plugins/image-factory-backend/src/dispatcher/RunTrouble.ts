import { Outcome } from '@image-factory/backstage-plugin-image-factory-node';
import { ClaimedExecution } from '../database';

/** On top of what a build may take, so that it may also wait long for its place: no run goes on for longer. */
const MARGIN_MS = 24 * 3_600_000;
/** What somebody wants cancelled is not waited for as long. */
const CANCELLED_AFTER_MS = 60_000;
/** Runs are taken up again every few seconds: what went well for so long begins anew. */
const FORGOTTEN_AFTER_MS = 2 * 60_000;

/** What is known of a run that could not be followed. */
export type Trouble = {
  isNew: boolean;
  /** What becomes of the build where its run is given up. */
  outcome: Outcome | undefined;
};

/**
 * Gives up a run that cannot be followed at all for longer than it may take, as
 * where nobody can log in to its cluster any more. It would else be taken up again
 * and again, hold a place of its tenant for good, and be deaf to whoever cancels it.
 */
export class RunTrouble {
  readonly #steady: () => number;
  /** By execution. */
  readonly #known = new Map<string, { since: number; last: number }>();

  /** @param steady - milliseconds of a clock that nobody can set */
  constructor(steady: () => number) {
    this.#steady = steady;
  }

  /** To be called each time that it could not be followed. */
  meet(execution: ClaimedExecution, isCancelWanted: boolean): Trouble {
    const { executionId, executor, name, config } = execution;
    const now = this.#steady();
    this.#forgetOld(now);
    const before = this.#known.get(executionId);
    const since = before?.since ?? now;
    this.#known.set(executionId, { since, last: now });
    const isNew = before === undefined;
    const forMs = now - since;
    if (isCancelWanted && forMs > CANCELLED_AFTER_MS) {
      return { isNew, outcome: { status: 'cancelled' } };
    }
    if (forMs <= config.timeoutSeconds * 1000 + MARGIN_MS) {
      return { isNew, outcome: undefined };
    }
    const minutes = Math.floor(forMs / 60_000);
    return {
      isNew,
      outcome: {
        status: 'lost',
        message: `The executor ${executor} could not follow the run of the build for ${minutes} minutes, longer than it may take: what became of it nobody can tell. A portal admin finds the reason in the log of the backend, under ${name}.`,
      },
    };
  }

  /** It is over. */
  forget(executionId: string): void {
    this.#known.delete(executionId);
  }

  #forgetOld(now: number): void {
    for (const [id, { last }] of this.#known) {
      if (now - last > FORGOTTEN_AFTER_MS) this.#known.delete(id);
    }
  }
}
