/** From this line on, counted from 1, lines came at this time, in ISO 8601. */
export type LineTime = { line: number; at: string };

/** When the lines of a log came, as far as it is known. */
export class LineTimes {
  /** In order of their lines. */
  readonly #times: LineTime[] = [];

  /** Whether anything is known. */
  get isEmpty(): boolean {
    return this.#times.length === 0;
  }

  /** Takes what a range of the log tells; of the same line the latest holds. */
  add(times: LineTime[]): void {
    for (const time of times) {
      const place = this.#placeOf(time.line);
      const before = this.#times[place - 1];
      if (before?.line !== time.line) {
        this.#times.splice(place, 0, { ...time });
      } else if (before.at < time.at) before.at = time.at;
    }
  }

  /** When a line came, by its number, from 1; of a line that is at hand. */
  of(line: number): string | undefined {
    return this.#times[this.#placeOf(line) - 1]?.at;
  }

  /** Behind the last entry that begins at a line or before it. */
  #placeOf(line: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (this.#times[middle].line <= line) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
