/** A difference of less than this is a slow answer rather than a clock that was set. */
const JUMP_MS = 5_000;

/**
 * Notices when a clock is set: when it has not gone on at the pace of one that
 * cannot be set.
 */
export class ClockWatch {
  readonly #steady: () => number;
  #last: { clock: number; steady: number } | undefined;
  #jumpedAt = Number.NEGATIVE_INFINITY;

  /** @param options.steady - milliseconds of a clock that only ever goes on, such as `performance.now` */
  static create(options: { steady: () => number }): ClockWatch {
    return new ClockWatch(options.steady);
  }

  private constructor(steady: () => number) {
    this.#steady = steady;
  }

  /**
   * To be told now and then what the clock says.
   *
   * @returns the milliseconds since it was last seen to jump; infinite where it never was
   */
  sinceJump(clock: number): number {
    const steady = this.#steady();
    if (this.#last) {
      const went = clock - this.#last.clock;
      const passed = steady - this.#last.steady;
      if (Math.abs(went - passed) > JUMP_MS) this.#jumpedAt = steady;
    }
    this.#last = { clock, steady };
    return steady - this.#jumpedAt;
  }
}
