import { setTimeout as delay } from 'node:timers/promises';

/**
 * Lets a loop sleep until it is woken or a time has passed. The first wake-up
 * counts at once; those within the next `debounceMs` are gathered into one.
 * Only a hint: the loop must be right without it.
 */
export class WakeUp {
  readonly #debounceMs: number;
  #pending = false;
  #wokenAt = Number.NEGATIVE_INFINITY;
  #resolve: (() => void) | undefined;

  static create(options: { debounceMs: number }): WakeUp {
    return new WakeUp(options.debounceMs);
  }

  private constructor(debounceMs: number) {
    this.#debounceMs = debounceMs;
  }

  wake(): void {
    this.#pending = true;
    this.#resolve?.();
  }

  /** Resolves after `milliseconds`, earlier when woken, at once when aborted. */
  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (!this.#pending) await this.#wait(milliseconds, signal, true);
    if (this.#pending && !signal.aborted) {
      const since = performance.now() - this.#wokenAt;
      if (since < this.#debounceMs) {
        await this.#wait(this.#debounceMs - since, signal, false);
      }
      this.#wokenAt = performance.now();
    }
    this.#pending = false;
  }

  async #wait(
    milliseconds: number,
    signal: AbortSignal,
    wakeable: boolean,
  ): Promise<void> {
    const woken = new AbortController();
    if (wakeable) this.#resolve = () => woken.abort();
    await delay(milliseconds, undefined, {
      signal: AbortSignal.any([signal, woken.signal]),
    }).catch(() => undefined); // it rejects when aborted
    this.#resolve = undefined;
  }
}
