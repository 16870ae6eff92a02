import { LogRange } from '@image-factory/backstage-plugin-image-factory-common';
import { BLOCK_LINES, LogBuffer } from './LogBuffer';

/** Small, so that the first screen stands soon. */
const FIRST_RANGE_BYTES = 128 * 1024;
/** The most that the backend gives at once. */
const RANGE_BYTES = 1024 * 1024;
/** A network that cuts connections lets small answers pass. */
const LEAST_RANGE_BYTES = 4 * 1024;
const SMALLER_BY = 16;
/** After so many ranges in a row the page gets time to paint and to scroll. */
const RANGES_A_TICK = 2;
/** Where a stream did not come about so many times in a row, the log is polled. */
const STREAM_TRIES = 3;
/** After so many polls a stream is tried again. */
const POLLS_BETWEEN_TRIES = 60;

/** Where the reading of a log stands. */
export type LogStreamState = {
  buffer: LogBuffer;
  /** `loading` until the first answer, `catching-up` while more is known to be there. */
  status: 'loading' | 'catching-up' | 'waiting' | 'complete';
  readBytes: number;
  totalBytes: number;
  /** Why the last range could not be read; it is tried again. */
  error: Error | undefined;
};

/** What a stream needs from outside. */
export type LogStreamOptions = {
  read: (
    range: ({ offset: number } | { line: number }) & {
      maxBytes: number;
      signal: AbortSignal;
    },
  ) => Promise<LogRange>;
  /** Ranges as the log grows, until its end; throws where that breaks off. `onOpen` tells that it came about. */
  follow: (options: {
    offset: number;
    signal: AbortSignal;
    onOpen: () => void;
  }) => AsyncIterable<LogRange>;
  /** Resolves after a while, or at once when the signal aborts. */
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** How long to wait for more, in milliseconds, after so many failures in a row. */
  pause: (failures: number) => number;
  onChange: (state: LogStreamState) => void;
  /** The block of lines to begin with; the first one unless told. */
  firstBlock?: number;
};

/**
 * Reads one step's log, or the end of it, until it is complete: range by range what
 * is there, then by a stream what comes, or by polling where no stream comes
 * about. An offset is taken up only from what has arrived, so a broken
 * connection neither loses nor repeats a line.
 */
export class LogStream {
  readonly #options: LogStreamOptions;
  readonly #buffer: LogBuffer;
  #wake = new AbortController();
  #state: LogStreamState;
  /** Known from the first answer on. */
  #offset: number | undefined;
  /** How many streams in a row did not come about. */
  #streamFailures = 0;
  #pollsSinceStream = 0;

  static create(options: LogStreamOptions): LogStream {
    return new LogStream(options);
  }

  private constructor(options: LogStreamOptions) {
    this.#options = options;
    const { firstBlock = 0 } = options;
    this.#buffer = LogBuffer.create({ firstBlock });
    if (firstBlock === 0) this.#offset = 0;
    this.#state = {
      buffer: this.#buffer,
      status: 'loading',
      readBytes: 0,
      totalBytes: 0,
      error: undefined,
    };
  }

  get state(): LogStreamState {
    return this.#state;
  }

  get buffer(): LogBuffer {
    return this.#buffer;
  }

  /** Ends a wait for more: something was added. */
  wake(): void {
    this.#wake.abort();
  }

  async run(signal: AbortSignal): Promise<void> {
    let failures = 0;
    let inARow = 0;
    while (!signal.aborted && this.#state.status !== 'complete') {
      this.#wake = new AbortController();
      try {
        await this.#read(failures, signal);
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures += 1;
        this.#update({
          error: error instanceof Error ? error : new Error(String(error)),
        });
        await this.#pause(this.#options.pause(failures), signal);
        continue;
      }
      if (this.#state.status === 'catching-up') {
        inARow += 1;
        if (inARow % RANGES_A_TICK === 0) await this.#pause(0, signal);
      } else if (this.#state.status === 'waiting') {
        inARow = 0;
        await this.#awaitMore(signal);
      }
    }
  }

  async #read(failures: number, signal: AbortSignal): Promise<void> {
    const most = this.#offset ? RANGE_BYTES : FIRST_RANGE_BYTES;
    const range = await this.#options.read({
      ...(this.#offset === undefined
        ? { line: (this.#options.firstBlock ?? 0) * BLOCK_LINES + 1 }
        : { offset: this.#offset }),
      maxBytes: Math.max(LEAST_RANGE_BYTES, most / SMALLER_BY ** failures),
      signal,
    });
    if (!signal.aborted) this.#take(range);
  }

  #take(range: LogRange): void {
    this.#buffer.append(range.text);
    this.#buffer.times.add(range.times);
    this.#offset = range.nextOffset;
    // A character that is not whole yet stands at the end until more comes.
    const isEmpty = range.nextOffset === range.offset;
    const behind = !isEmpty && range.nextOffset < range.totalBytes;
    this.#update({
      status: statusOf(range, behind),
      readBytes: range.nextOffset,
      totalBytes: range.totalBytes,
      error: undefined,
    });
  }

  async #awaitMore(signal: AbortSignal): Promise<void> {
    if (this.#streamFailures < STREAM_TRIES) {
      while (await this.#follow(signal)) {
        // It has brought something, so the next one will.
      }
      return;
    }
    this.#pollsSinceStream += 1;
    if (this.#pollsSinceStream >= POLLS_BETWEEN_TRIES) {
      this.#pollsSinceStream = 0;
      this.#streamFailures = STREAM_TRIES - 1;
    }
    await this.#pause(this.#options.pause(0), signal);
  }

  /**
   * Whatever ends the stream before the log does, reading goes on from where it
   * was.
   *
   * @returns whether to follow again at once
   */
  async #follow(signal: AbortSignal): Promise<boolean> {
    let isOpen = false;
    const begin = this.#offset ?? 0;
    try {
      for await (const range of this.#options.follow({
        offset: begin,
        signal,
        onOpen: () => {
          isOpen = true;
        },
      })) {
        if (signal.aborted) return false;
        if (range.offset !== this.#offset) {
          throw new Error('A part of the log is missing.');
        }
        this.#take(range);
      }
      this.#update({ status: 'complete' });
      return false;
    } catch {
      if (signal.aborted) return false;
      this.#streamFailures = isOpen ? 0 : this.#streamFailures + 1;
      if (this.#offset !== begin) return true;
      await this.#pause(this.#options.pause(1), signal);
      return false;
    }
  }

  async #pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    const either = AbortSignal.any([signal, this.#wake.signal]);
    await this.#options.wait(milliseconds, either);
  }

  #update(change: Partial<LogStreamState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.onChange(this.#state);
  }
}

function statusOf(range: LogRange, behind: boolean): LogStreamState['status'] {
  if (behind) {
    return 'catching-up';
  }
  return range.complete ? 'complete' : 'waiting';
}
