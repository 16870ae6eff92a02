import { setTimeout as delay } from 'node:timers/promises';

/** Lets one pass at a time, so many a second: Tekton's controller has only so much room in its queue. */
export class CreatePace {
  readonly #everyMs: number;
  readonly #steady: () => number;
  #next = 0;

  constructor(options: { perSecond: number; steady: () => number }) {
    this.#everyMs = 1000 / options.perSecond;
    this.#steady = options.steady;
  }

  async pass(signal: AbortSignal): Promise<void> {
    const now = this.#steady();
    const at = Math.max(now, this.#next);
    this.#next = at + this.#everyMs;
    if (at > now) await delay(at - now, undefined, { signal });
  }
}
