/** Tells one reader that a log may have grown. */
export type LogWatch = {
  /** Resolves at the next hint, at once where one has come meanwhile, after a while without, or when the signal aborts. */
  next(withinMs: number, signal: AbortSignal): Promise<void>;
  close(): void;
};

/** Hints within this process that the log of a build has grown. What another replica writes gives none, so that whoever waits for one looks now and then by itself. */
export class LogHints {
  readonly #watches = new Map<string, Set<() => void>>();

  static create(): LogHints {
    return new LogHints();
  }

  private constructor() {}

  tell(buildId: string): void {
    this.#watches.get(buildId)?.forEach(wake => wake());
  }

  watch(buildId: string): LogWatch {
    let hinted = false;
    let wake: (() => void) | undefined;
    const onHint = () => {
      hinted = true;
      wake?.();
    };
    const watches = this.#watches.get(buildId) ?? new Set();
    this.#watches.set(buildId, watches.add(onHint));
    return {
      next: async (withinMs, signal) => {
        if (!hinted && !signal.aborted) {
          await new Promise<void>(resolve => {
            const timer = setTimeout(done, withinMs);
            function done() {
              clearTimeout(timer);
              signal.removeEventListener('abort', done);
              resolve();
            }
            signal.addEventListener('abort', done);
            wake = done;
          });
          wake = undefined;
        }
        hinted = false;
      },
      close: () => {
        watches.delete(onHint);
        if (watches.size === 0 && this.#watches.get(buildId) === watches) {
          this.#watches.delete(buildId);
        }
      },
    };
  }
}
