import { BuildStatus } from '@image-factory/backstage-plugin-image-factory-common';

/** The edges of the status machine, by name, with the statuses that each may come from. */
export const TRANSITIONS = {
  start: { from: ['pending'], to: 'queued' },
  claim: { from: ['queued'], to: 'running' },
  complete: { from: ['running'], to: 'completed' },
  fail: { from: ['running'], to: 'failed' },
  /** An infrastructure failure with attempts left. */
  requeue: { from: ['running'], to: 'queued' },
  /** The next attempt of a build that is over, at a user's wish. */
  retry: { from: ['failed', 'cancelled'], to: 'queued' },
  /** Nothing runs yet, so nothing has to be stopped first. */
  cancelWaiting: { from: ['pending', 'queued'], to: 'cancelled' },
  cancelRunning: { from: ['running'], to: 'cancelled' },
} as const satisfies Record<
  string,
  { from: readonly BuildStatus[]; to: BuildStatus }
>;

/** The name of an edge. */
export type Transition = keyof typeof TRANSITIONS;
