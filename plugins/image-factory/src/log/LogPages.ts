import { LogRange } from '@image-factory/backstage-plugin-image-factory-common';
import { LineCutter, LogLine } from './LineCutter';
import { BLOCK_LINES, LogBuffer } from './LogBuffer';

/** So many blocks are fetched at the same time. */
const AT_ONCE = 2;
/** The most that the backend gives at once. */
const RANGE_BYTES = 1024 * 1024;

/** What fetching blocks needs from outside. */
export type LogPagesOptions = {
  buffer: LogBuffer;
  read: (
    range: ({ line: number } | { offset: number }) & {
      maxBytes: number;
      maxLines: number;
      signal: AbortSignal;
    },
  ) => Promise<LogRange>;
  /** Resolves after a while, or at once when the signal aborts. */
  wait: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** How long to wait before another try, in milliseconds, after so many failures in a row. */
  pause: (failures: number) => number;
  /** Called when lines have come, or a try has failed. */
  onChange: (error: Error | undefined) => void;
};

/**
 * Fetches the lines of a log that somebody looks at. Whoever scrolls fast has
 * looked away before they come: what nobody wants any more is given up.
 */
export class LogPages {
  readonly #options: LogPagesOptions;
  readonly #running = new Map<number, AbortController>();
  #wanted: number[] = [];
  #view = { from: 0, to: 0 };
  #failures = 0;
  #closed = false;

  static create(options: LogPagesOptions): LogPages {
    return new LogPages(options);
  }

  private constructor(options: LogPagesOptions) {
    this.#options = options;
  }

  /** Tells which lines are looked at, by their index, the end excluded; they come first, then those around. */
  want(from: number, to: number): void {
    const { buffer } = this.#options;
    this.#view = { from, to };
    const inView = buffer.missing(from, to);
    const around = buffer.missing(from - BLOCK_LINES / 2, to + BLOCK_LINES / 2);
    this.#wanted = [...new Set([...inView, ...around])];
    for (const [block, abort] of this.#running) {
      if (!this.#wanted.includes(block)) {
        abort.abort();
        this.#running.delete(block);
      }
    }
    this.#startNext();
  }

  /** Gives up lines where too many are kept. */
  evict(): void {
    this.#options.buffer.evict(this.#view.from, this.#view.to);
  }

  close(): void {
    this.#closed = true;
    this.#wanted = [];
    this.#running.forEach(abort => abort.abort());
    this.#running.clear();
  }

  #startNext(): void {
    for (const block of this.#wanted) {
      if (this.#running.size >= AT_ONCE || this.#closed) return;
      if (!this.#running.has(block)) this.#start(block);
    }
  }

  async #start(block: number): Promise<void> {
    const abort = new AbortController();
    const { signal } = abort;
    this.#running.set(block, abort);
    const { buffer, wait, pause, onChange } = this.#options;
    while (!signal.aborted) {
      try {
        const lines = await this.#load(block, signal);
        if (signal.aborted) return;
        buffer.put(block, lines);
        this.evict();
        this.#running.delete(block);
        this.#wanted = this.#wanted.filter(each => each !== block);
        this.#failures = 0;
        onChange(undefined);
        this.#startNext();
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.#failures += 1;
        onChange(error instanceof Error ? error : new Error(String(error)));
        await wait(pause(this.#failures), signal);
      }
    }
  }

  async #load(block: number, signal: AbortSignal): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    const cutter = LineCutter.create({
      style: this.#options.buffer.styleBefore(block),
      onLine: line => lines.push(line),
    });
    let start: { line: number } | { offset: number } = {
      line: block * BLOCK_LINES + 1,
    };
    while (lines.length < BLOCK_LINES) {
      const range: LogRange = await this.#options.read({
        ...start,
        maxBytes: RANGE_BYTES,
        maxLines: BLOCK_LINES - lines.length,
        signal,
      });
      if (range.nextOffset === range.offset) {
        throw new Error('A part of the log is missing.');
      }
      cutter.append(range.text);
      this.#options.buffer.times.add(range.times);
      start = { offset: range.nextOffset };
    }
    return lines;
  }
}
