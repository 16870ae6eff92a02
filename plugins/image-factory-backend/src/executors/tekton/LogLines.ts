import { LinePiece } from '../../clusters';

/**
 * Where in a container's log somebody has read to: the time of the last line, and
 * how many lines with that time. Within a line that is not over, how many bytes of
 * the one behind those were read as well.
 */
export type LogPosition = { at: string; count: number; bytes?: number };

const SPACE = 32;
/** Of RFC 3339 with nanoseconds, and a bit: what is longer is no time. */
const LONGEST_TIME = 64;
/** Of RFC 3339. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const LONG_AGO = '1970-01-01T00:00:00Z';
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
  /** The line that has begun and is not over: its time, and how much of it was read before. */
  #within: { at: string; known: number } | undefined;

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

  /** The line without its time and with its end, as far as it has come; undefined where it was read before. */
  take({ bytes, isEnd }: LinePiece): Buffer | undefined {
    const { at, known, text } = this.#within
      ? { ...this.#within, text: bytes }
      : this.#begin(bytes);
    const fresh = text.subarray(Math.min(known, text.length));
    this.#within = isEnd
      ? undefined
      : { at, known: known - text.length + fresh.length };
    if (known === Infinity || (fresh.length === 0 && !isEnd)) return undefined;
    this.#moveOn(at, fresh.length, isEnd);
    return isEnd ? Buffer.concat([fresh, LINE_END]) : fresh;
  }

  /** @returns how many bytes of a line that begins were read before: none, all, or where it was within it */
  #begin(line: Buffer): { at: string; known: number; text: Buffer } {
    const begin = line.subarray(0, LONGEST_TIME);
    const space = begin.indexOf(SPACE);
    const at = begin.toString('latin1', 0, space < 0 ? begin.length : space);
    if (!TIME.test(at)) {
      // The rest of a line that has begun before the time that was asked for.
      const isKnown = this.#from && this.#position === this.#from;
      return {
        at: this.#position?.at ?? LONG_AGO,
        known: isKnown ? Infinity : 0,
        text: line,
      };
    }
    const text = space < 0 ? NOTHING : line.subarray(space + 1);
    return { at, known: this.#knownOf(at), text };
  }

  #knownOf(at: string): number {
    if (!this.#from || this.#position !== this.#from) return 0;
    const { at: last, count, bytes = 0 } = this.#from;
    if (at === last && this.#known < count) {
      this.#known += 1;
      return Infinity;
    }
    if (at !== last && isBefore(at, last)) return Infinity;
    this.#hasGap = this.#known < count || (bytes > 0 && at !== last);
    return at === last ? bytes : 0;
  }

  #moveOn(at: string, length: number, isEnd: boolean): void {
    const last = this.#position?.at === at ? this.#position : undefined;
    const { count = 0, bytes = 0 } = last ?? {};
    this.#position = isEnd
      ? { at, count: count + 1 }
      : { at, count, bytes: bytes + length };
  }
}

/** As the server is asked for what comes from a time on, which it reads to the second. */
export function toSeconds(time: string): string {
  return `${new Date(secondsOf(time)).toISOString().slice(0, 19)}Z`;
}

/** With up to nanoseconds, whose fractions may have no zeros at their ends. */
function isBefore(one: string, other: string): boolean {
  const apart = secondsOf(one) - secondsOf(other);
  return apart === 0 ? fractionOf(one) < fractionOf(other) : apart < 0;
}

/** In milliseconds; nodes give the time of their own zone. */
function secondsOf(time: string): number {
  return Date.parse(time.replace(/\.\d+/, ''));
}

function fractionOf(time: string): string {
  return (/\.(\d+)/.exec(time)?.[1] ?? '').padEnd(9, '0');
}
