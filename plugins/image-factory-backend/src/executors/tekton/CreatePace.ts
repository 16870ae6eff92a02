import { setTimeout as delay } from 'node:timers/promises';

/** Lets one pass at a time, so many a second: Tekton's controller has only so much room in its queue. */
export class CreatePace {
  readonly #perSecond: () => number;
  readonly #steady: () => number;
  #next = 0;

  /** How many may change from one to the next. */
  constructor(options: { perSecond: () => number; steady: () => number }) {
    this.#perSecond = options.perSecond;
    this.#steady = options.steady;
  }

  async pass(signal: AbortSignal): Promise<void> {
    const now = this.#steady();
    const at = Math.max(now, this.#next);
    this.#next = at + 1000 / this.#perSecond();
    // A timer takes whole milliseconds, and cuts off what is over.
    if (at > now) await delay(Math.ceil(at - now), undefined, { signal });
  }
}
