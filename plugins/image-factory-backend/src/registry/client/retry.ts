import { RegistryError } from './RegistryError';

/** How often something is tried that may go well a little later. */
export type RetryPolicy = {
  tries: number;
  /** Before the second try; it doubles for each further one. */
  firstDelayMs: number;
  /** No delay is longer, also where the registry asks for it. */
  maxDelayMs: number;
};

/** What makes retries the same twice in a test. */
export type RetryTools = {
  policy: RetryPolicy;
  /** From 0 to below 1. */
  random(): number;
  /** Rejects as soon as the signal aborts. */
  delay(milliseconds: number, signal: AbortSignal): Promise<void>;
};

/** Tries again what failed with a retryable {@link RegistryError}, later each time. */
export async function retry<T>(
  work: () => Promise<T>,
  options: RetryTools & {
    signal: AbortSignal;
    onRetry(error: RegistryError, delayMs: number): Promise<void>;
  },
): Promise<T> {
  const { policy, random, delay, signal, onRetry } = options;
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (
        !(error instanceof RegistryError) ||
        !error.retryable ||
        attempt >= policy.tries
      ) {
        throw error;
      }
      const backoff = policy.firstDelayMs * 2 ** (attempt - 1);
      // Half of it is left to chance, so that builds that failed together do not come back together.
      const jittered = backoff * (0.5 + random() / 2);
      const delayMs = Math.min(
        policy.maxDelayMs,
        Math.max(jittered, error.retryAfterMs ?? 0),
      );
      await onRetry(error, delayMs);
      await delay(delayMs, signal);
    }
  }
}
