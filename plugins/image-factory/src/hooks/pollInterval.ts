/** How often an active build is read while nothing pushes. */
export const POLL_ACTIVE_MS = 2_000;
/** How often it is read while signals arrive: they are hints and may be lost. */
export const POLL_SAFETY_NET_MS = 15_000;
/** How often a reason to wait is read while signals arrive: it changes with other builds, of which none of them tells. */
export const POLL_WAITING_MS = 5_000;
/** How long after a signal pushing counts as working; a dead socket is thereby noticed. */
export const SIGNALS_ALIVE_MS = 30_000;
/** How often something that failed beyond all retries is tried again. */
export const POLL_AFTER_ERROR_MS = 30_000;

/**
 * Whether data may still change by itself: `active` soon, `waiting` soon and
 * without a signal, `quiet` at some time, `settled` never.
 */
export type Liveliness = 'active' | 'waiting' | 'quiet' | 'settled';

/**
 * How long to wait before data is read again, in milliseconds; `false` for never.
 */
export function pollInterval(options: {
  liveliness: Liveliness;
  failed: boolean;
  /** When the last signal was heard, in epoch milliseconds. */
  lastSignalAt: number | undefined;
  now: number;
}): number | false {
  const { liveliness, failed, lastSignalAt, now } = options;
  if (liveliness === 'settled') {
    return false;
  }
  if (failed) {
    return POLL_AFTER_ERROR_MS;
  }
  if (liveliness === 'quiet') {
    return POLL_SAFETY_NET_MS;
  }
  const signalsAlive =
    lastSignalAt !== undefined && now - lastSignalAt < SIGNALS_ALIVE_MS;
  if (!signalsAlive) return POLL_ACTIVE_MS;
  return liveliness === 'waiting' ? POLL_WAITING_MS : POLL_SAFETY_NET_MS;
}

/** Whether trying the same request again can help. */
export function isWorthRetrying(status: number | undefined): boolean {
  return status === undefined || status >= 500 || status === 429;
}

/** Back-off between tries: 1, 2, 4, 8, … seconds, 30 at most. */
export function retryDelay(failureCount: number): number {
  return Math.min(30_000, 1_000 * 2 ** failureCount);
}
