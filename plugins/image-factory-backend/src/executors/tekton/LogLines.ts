/** Where in a container's log somebody has read to: the time of the last line, and how many lines with that time. */
export type LogPosition = { at: string; count: number };

const SPACE = 32;
const NOTHING = Buffer.alloc(0);
const LINE_END = Buffer.from('\n');

/**
 * Lines of a container's log as the API server gives them, each with its time
 * before it. Told from where to go on, it drops what was read before: the server
 * can only be asked for whole seconds, and lines share their times.
 */
export class LogLines {
  readonly #from: LogPosition | undefined;
  #position: LogPosition | undefined;
  #known = 0;
  #hasGap = false;

  constructor(from: LogPosition | undefined) {
    this.#from = from;
    this.#position = from;
  }

  /** Where the next reader goes on. */
  get position(): LogPosition | undefined {
    return this.#position;
  }

  /** Whether the line that was read last is no longer there, so that others may be gone as well. Told once. */
  takeGap(): boolean {
    const hasGap = this.#hasGap;
    this.#hasGap = false;
    return hasGap;
  }

  /** The line without its time and with its end; undefined where it was read before. */
  take(line: Buffer): Buffer | undefined {
    const space = line.indexOf(SPACE);
    const at = line.toString('latin1', 0, space < 0 ? line.length : space);
    if (this.#isKnown(at)) return undefined;
    if (this.#from && this.#position === this.#from) {
      this.#hasGap = this.#known < this.#from.count;
    }
    const last = this.#position;
    this.#position = { at, count: last?.at === at ? last.count + 1 : 1 };
    const text = space < 0 ? NOTHING : line.subarray(space + 1);
    return Buffer.concat([text, LINE_END]);
  }

  #isKnown(at: string): boolean {
    if (!this.#from || this.#position !== this.#from) return false;
    if (at !== this.#from.at) return isBefore(at, this.#from.at);
    if (this.#known === this.#from.count) return false;
    this.#known += 1;
    return true;
  }
}

/** Times of RFC 3339 in UTC with up to nanoseconds, whose fractions have no zeros at their ends. */
function isBefore(one: string, other: string): boolean {
  return comparable(one) < comparable(other);
}

function comparable(time: string): string {
  const [whole, fraction = ''] = time.replace(/Z$/, '').split('.');
  return `${whole}.${fraction.padEnd(9, '0')}`;
}
