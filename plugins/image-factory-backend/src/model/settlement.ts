import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import { Outcome } from '@image-factory/backstage-plugin-image-factory-node';
import { Transition } from './transitions';

/** What an execution's outcome makes of its build. */
export type Settlement = {
  transition: Extract<
    Transition,
    'complete' | 'fail' | 'requeue' | 'cancelRunning'
  >;
  failure?: Failure;
  /** How long the next attempt waits, in milliseconds; only with `requeue`. */
  backoffMs?: number;
  /** Whether this attempt does not count against how often the build is tried. */
  anotherAttempt?: boolean;
};

const FIRST_BACKOFF_MS = 5_000;
/** No attempt waits for longer after the one before it. */
export const LONGEST_BACKOFF_MS = 5 * 60_000;

/** How long attempt `attempt + 1` waits after attempt `attempt` was lost: 5 s, doubled each time, at most 5 min. */
export function backoffAfter(attempt: number): number {
  return Math.min(FIRST_BACKOFF_MS * 2 ** (attempt - 1), LONGEST_BACKOFF_MS);
}

/**
 * Decides what becomes of a build when an execution of it is over.
 *
 * Only what is nobody's fault is tried again by itself: a failure of the class
 * `infrastructure`, or a run that was lost. A build that somebody wants
 * cancelled is not tried again, whatever happened to its run.
 */
export function settle(options: {
  outcome: Outcome;
  attempt: number;
  maxAttempts: number;
  cancelRequested: boolean;
}): Settlement {
  const { outcome, attempt, maxAttempts, cancelRequested } = options;
  if (outcome.status === 'completed') {
    return { transition: 'complete' };
  }
  if (outcome.status === 'cancelled' || cancelRequested) {
    return { transition: 'cancelRunning' };
  }
  if (outcome.status === 'lost' && outcome.handedBack) {
    return { transition: 'requeue', anotherAttempt: true };
  }
  const failure: Failure =
    outcome.status === 'lost'
      ? {
          class: 'infrastructure',
          message: outcome.message,
          hint: 'Nothing in your sources caused this. Build again; if it happens again, tell the portal admin.',
        }
      : outcome.failure;
  if (failure.class === 'infrastructure' && attempt < maxAttempts) {
    return { transition: 'requeue', failure, backoffMs: backoffAfter(attempt) };
  }
  return { transition: 'fail', failure };
}
