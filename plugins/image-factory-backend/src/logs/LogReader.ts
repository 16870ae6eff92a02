import { LogChunk, LogStore } from '../database';
import { decompressChunk } from './compression';
import { completeUtf8Length } from './utf8';

const CHUNKS_AT_ONCE = 16;

/** A range of a log, cut at a character. */
export type LogText = {
  offset: number;
  /** Where the next range begins. */
  nextOffset: number;
  /** The number of the line that `offset` stands in, from 1. */
  firstLine: number;
  text: string;
};

/** Reads the logs of steps by byte offset. */
export class LogReader {
  readonly #store: LogStore;

  static create(options: { store: LogStore }): LogReader {
    return new LogReader(options.store);
  }

  private constructor(store: LogStore) {
    this.#store = store;
  }

  /**
   * Reads up to `maxBytes` from `offset` on.
   *
   * @param finished - whether nothing will be added to this log: then a cut character at its end is given out as it is
   */
  async read(options: {
    stepId: string;
    offset: number;
    maxBytes: number;
    finished: boolean;
  }): Promise<LogText> {
    const { stepId, offset, maxBytes, finished } = options;
    const parts: Buffer[] = [];
    let firstLine = 1;
    let at = offset;
    let more = true;
    while (more && at - offset < maxBytes) {
      const chunks = await this.#store.chunksFrom(stepId, at, CHUNKS_AT_ONCE);
      const begin = at;
      for (const chunk of chunks) {
        if (at - offset >= maxBytes) break;
        const bytes = await decompressChunk(chunk.data);
        const from = at - chunk.firstByte;
        if (from >= bytes.length) break;
        const part = bytes.subarray(from, from + maxBytes - (at - offset));
        if (at === offset) firstLine = lineAt(chunk, bytes, from);
        parts.push(part);
        at += part.length;
      }
      more = at > begin && chunks.length === CHUNKS_AT_ONCE;
    }
    let bytes = Buffer.concat(parts);
    const reachedEnd = bytes.length < maxBytes;
    if (!(finished && reachedEnd)) {
      bytes = bytes.subarray(0, completeUtf8Length(bytes));
    }
    return {
      offset,
      nextOffset: offset + bytes.length,
      firstLine,
      text: bytes.toString('utf8'),
    };
  }

  /** The log of a step from an offset on, piece by piece. */
  async *bytes(
    stepId: string,
    signal: AbortSignal,
    from = 0,
  ): AsyncIterable<Buffer> {
    let at = from;
    while (!signal.aborted) {
      const chunks = await this.#store.chunksFrom(stepId, at, CHUNKS_AT_ONCE);
      const begin = at;
      for (const chunk of chunks) {
        if (chunk.firstByte + chunk.byteLength <= at) continue;
        const bytes = await decompressChunk(chunk.data);
        yield bytes.subarray(at - chunk.firstByte);
        at = chunk.firstByte + chunk.byteLength;
      }
      if (at === begin) return;
    }
  }
}

function lineAt(chunk: LogChunk, bytes: Buffer, from: number): number {
  let line = chunk.firstLine;
  for (
    let at = bytes.indexOf(10);
    at >= 0 && at < from;
    at = bytes.indexOf(10, at + 1)
  ) {
    line += 1;
  }
  return line;
}
