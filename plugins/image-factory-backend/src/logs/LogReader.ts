import { LogChunk, LogStore } from '../database';
import { decompressChunk } from './compression';
import { completeUtf8Length } from './utf8';

const LINE_END = 10;
/** A range is mostly in one chunk; where chunks are small, more are read at once the further it goes. */
const FIRST_CHUNKS = 2;
const MOST_CHUNKS = 64;
/** Whoever reads all of a log reads so many chunks at once, */
const CHUNKS_AT_ONCE = 16;
/** and has so many decompressed while it looks at the one before. */
const CHUNKS_AHEAD = 3;

/** A range of a log, cut at a character. */
export type LogText = {
  offset: number;
  /** Where the next range begins. */
  nextOffset: number;
  /** The number of the line that `offset` stands in, from 1. */
  firstLine: number;
  text: string;
  /** When the lines came: each entry holds from its line on. */
  times: LineTime[];
};

/** From this line on, counted from 1, lines came at this time, in ISO 8601. */
export type LineTime = { line: number; at: string };

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
   * @param maxLines - after so many line ends it stops as well
   * @param finished - whether nothing will be added to this log: then a cut character at its end is given out as it is
   */
  async read(options: {
    stepId: string;
    offset: number;
    maxBytes: number;
    maxLines?: number;
    finished: boolean;
  }): Promise<LogText> {
    const { stepId, offset, maxBytes, finished } = options;
    const parts: Buffer[] = [];
    const times: LineTime[] = [];
    let firstLine = 1;
    let at = offset;
    let linesLeft = options.maxLines ?? Infinity;
    let limit = FIRST_CHUNKS;
    let more = true;
    while (more && at - offset < maxBytes && linesLeft > 0) {
      const chunks = await this.#store.chunksFrom(stepId, at, limit);
      const begin = at;
      for (const chunk of chunks) {
        if (at - offset >= maxBytes || linesLeft <= 0) break;
        const from = at - chunk.firstByte;
        const isBefore = from >= chunk.byteLength;
        if (isBefore && at > offset) continue;
        const bytes = await decompressChunk(chunk.data, chunk.byteLength);
        if (isBefore) {
          // The end of the log so far: what comes goes on in its last line.
          firstLine = lineAt(chunk, bytes, chunk.byteLength);
          continue;
        }
        const room = bytes.subarray(from, from + maxBytes - (at - offset));
        const cut = afterLines(room, linesLeft);
        const part = room.subarray(0, cut.end);
        linesLeft -= cut.lines;
        const line = from === 0 ? chunk.firstLine : lineAt(chunk, bytes, from);
        if (at === offset) firstLine = line;
        if (chunk.recordedAt) times.push({ line, at: chunk.recordedAt });
        parts.push(part);
        at += part.length;
      }
      more = at > begin && chunks.length === limit;
      limit = Math.min(MOST_CHUNKS, limit * 2);
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
      times,
    };
  }

  /** The first byte of a line, counted from 1; where the log has fewer lines, the end of it. */
  async offsetOfLine(stepId: string, line: number): Promise<number> {
    if (line <= 1) return 0;
    // It begins where the line before it ends.
    const chunk = await this.#store.chunkAtLine(stepId, line - 1);
    if (!chunk) return 0;
    const bytes = await decompressChunk(chunk.data, chunk.byteLength);
    const { end } = afterLines(bytes, line - chunk.firstLine);
    return chunk.firstByte + end;
  }

  /** The log of a step from an offset on, piece by piece. */
  async *bytes(
    stepId: string,
    signal: AbortSignal,
    from = 0,
  ): AsyncIterable<Buffer> {
    let at = from;
    let next = this.#store.chunksFrom(stepId, at, CHUNKS_AT_ONCE);
    while (!signal.aborted) {
      const begin = at;
      const chunks = (await next).filter(
        ({ firstByte, byteLength }) => firstByte + byteLength > begin,
      );
      const last = chunks.at(-1);
      if (!last) return;
      next = this.#store.chunksFrom(
        stepId,
        last.firstByte + last.byteLength,
        CHUNKS_AT_ONCE,
      );
      // Nobody may come to wait for it.
      next.catch(() => undefined);
      for await (const { chunk, bytes } of decompressAhead(chunks)) {
        yield bytes.subarray(at - chunk.firstByte);
        at = chunk.firstByte + chunk.byteLength;
      }
    }
  }
}

/** Chunks in order; the next ones are decompressed by other threads meanwhile. */
async function* decompressAhead(chunks: LogChunk[]) {
  const waiting: Promise<Buffer>[] = [];
  let started = 0;
  for (const chunk of chunks) {
    while (waiting.length <= CHUNKS_AHEAD && started < chunks.length) {
      const { data, byteLength } = chunks[started];
      const bytes = decompressChunk(data, byteLength);
      bytes.catch(() => undefined);
      waiting.push(bytes);
      started += 1;
    }
    yield { chunk, bytes: await waiting.shift()! };
  }
}

/** Where so many lines end, and how many of them there are. */
function afterLines(
  bytes: Buffer,
  most: number,
): { end: number; lines: number } {
  if (most === Infinity) return { end: bytes.length, lines: 0 };
  let end = 0;
  let lines = 0;
  while (lines < most) {
    const lineEnd = bytes.indexOf(LINE_END, end);
    if (lineEnd < 0) return { end: bytes.length, lines };
    end = lineEnd + 1;
    lines += 1;
  }
  return { end, lines };
}

function lineAt(chunk: LogChunk, bytes: Buffer, from: number): number {
  let line = chunk.firstLine;
  for (
    let at = bytes.indexOf(LINE_END);
    at >= 0 && at < from;
    at = bytes.indexOf(LINE_END, at + 1)
  ) {
    line += 1;
  }
  return line;
}
