import {
  LogMatch,
  LogSearchResult,
  Step,
} from '@image-factory/backstage-plugin-image-factory-common';
import { setImmediate as otherWork } from 'node:timers/promises';
import { LogReader } from '../LogReader';
import { SearchPattern, toPattern } from './searchPattern';
import { LinePosition, LogScanner } from './LogScanner';
import { decodeCursor, encodeCursor } from './searchCursor';

/** What is looked at between two looks at the clock; a few milliseconds at worst. */
const SLICE_BYTES = 32 * 1024;
/** So long, at most, other requests wait for a search. */
const SLICE_MS = 10;
/** So much one request searches; whoever asked goes on from its cursor. About a second. */
const MOST_BYTES = 128 * 1024 * 1024;

/** What is looked for, and where. */
export type LogQuery = {
  /** The steps to search, in order. */
  steps: Step[];
  text: string;
  caseSensitive: boolean;
  /** Of the request before. */
  cursor?: string;
  limit: number;
};

/** Looks for a text in the logs of steps. */
export class LogSearch {
  readonly #reader: LogReader;
  readonly #steady: () => number;
  readonly #mostBytes: number;

  static create(options: {
    reader: LogReader;
    /** Milliseconds on a clock that only goes forward. */
    steady: () => number;
    /** How much one request searches; 128 MiB unless told. */
    mostBytes?: number;
  }): LogSearch {
    return new LogSearch(options);
  }

  private constructor(options: Parameters<typeof LogSearch.create>[0]) {
    this.#reader = options.reader;
    this.#steady = options.steady;
    this.#mostBytes = options.mostBytes ?? MOST_BYTES;
  }

  /** @throws InputError where the cursor is none of these steps */
  async search(query: LogQuery, signal: AbortSignal): Promise<LogSearchResult> {
    const { steps, limit } = query;
    const pattern = toPattern(query.text, query.caseSensitive);
    const start = decodeCursor(query.cursor, steps);
    const items: LogMatch[] = [];
    let searchedBytes = 0;
    for (const step of steps.slice(start.step)) {
      const from = steps[start.step] === step ? start : { line: 1, offset: 0 };
      const searched = this.#scan(step, {
        pattern,
        from,
        enough: limit + 1,
        signal,
      });
      for await (const { found, bytes, position } of searched) {
        searchedBytes += bytes;
        for (const match of found) {
          if (items.length === limit) {
            // One more than asked for tells that there is more.
            return {
              items,
              nextCursor: encodeCursor(step, match),
              searchedBytes,
            };
          }
          items.push({ step: step.name, ...match });
        }
        // A request that got no further than a part of a line goes on, or the next one would do the same.
        const isFurther = position && position.offset > from.offset;
        if (searchedBytes >= this.#mostBytes && isFurther) {
          return {
            items,
            nextCursor: encodeCursor(step, position),
            searchedBytes,
          };
        }
      }
    }
    return { items, searchedBytes };
  }

  /** Slice by slice, so that neither memory nor the event loop has to hold a log. */
  async *#scan(
    step: Step,
    options: {
      pattern: SearchPattern;
      from: LinePosition;
      enough: number;
      signal: AbortSignal;
    },
  ) {
    const { pattern, from, enough, signal } = options;
    const scanner = LogScanner.create({
      pattern,
      from: { line: from.line, offset: from.offset },
      enough,
    });
    let began = this.#steady();
    for await (const chunk of this.#reader.bytes(
      step.id,
      signal,
      from.offset,
    )) {
      for (let at = 0; at < chunk.length; at += SLICE_BYTES) {
        if (signal.aborted) return;
        const slice = chunk.subarray(at, at + SLICE_BYTES);
        const found = scanner.push(slice);
        yield { found, bytes: slice.length, position: scanner.position };
        if (this.#steady() - began > SLICE_MS) {
          await otherWork();
          began = this.#steady();
        }
      }
    }
    yield { found: scanner.end(), bytes: 0, position: undefined };
  }
}
