import { setTimeout as delay } from 'node:timers/promises';

/** Work that is done again and again until it is stopped. */
export type Repeated = {
  start(): void;
  /** Resolves once nothing of it runs any more. */
  stop(): Promise<void>;
};

/** Does something with a pause in between, one time after the other, whatever happens to it. */
export function repeat(options: {
  everyMs: number;
  work: (signal: AbortSignal) => Promise<void>;
  onError: (error: Error) => void;
}): Repeated {
  const abort = new AbortController();
  const { signal } = abort;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (!signal.aborted) {
      try {
        await options.work(signal);
      } catch (error) {
        options.onError(error as Error);
      }
      // It rejects when aborted.
      await delay(options.everyMs, undefined, { signal }).catch(
        () => undefined,
      );
    }
  }

  return {
    start() {
      running ??= run();
    },
    async stop() {
      abort.abort();
      await running;
    },
  };
}
