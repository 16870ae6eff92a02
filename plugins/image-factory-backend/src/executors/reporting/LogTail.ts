import { countLineEnds } from '../../model';
import { plainText } from './plainText';

const LINE_END = 10;
const MAX_LINES = 500;
const MAX_LINE_LENGTH = 4_000;
/** Of the end of the log at least so much is kept. */
const KEPT_BYTES = 256 * 1024;

/**
 * The last lines of a log, without colours and control characters, however long
 * the log and its lines are. Bytes are kept as they are and become lines only
 * when somebody reads: of a log of 100 MB nearly none are ever read.
 */
export class LogTail {
  #bytes = Buffer.alloc(0);
  #length = 0;
  #droppedLines = 0;
  /** Whether what is kept begins within a line. */
  #isCut = false;

  write(bytes: Uint8Array): void {
    if (bytes.length > KEPT_BYTES) {
      this.write(bytes.subarray(0, KEPT_BYTES));
      this.write(bytes.subarray(KEPT_BYTES));
      return;
    }
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** With the number of the first of them in the whole log, from 1. */
  read(): { lines: string[]; firstLine: number } {
    const lines = this.#bytes.toString('utf8', 0, this.#length).split('\n');
    if (lines.at(-1) === '') {
      lines.pop();
    }
    // The rest of a line has lost what would tell that a secret is in it.
    if (this.#isCut) lines[0] = '';
    const excess = Math.max(0, lines.length - MAX_LINES);
    return {
      lines: lines
        .slice(excess)
        .map(line => plainText(line.slice(0, MAX_LINE_LENGTH))),
      firstLine: this.#droppedLines + excess + 1,
    };
  }

  /** The space is twice what is kept, so that the kept bytes are moved seldom. */
  #makeRoom(length: number): void {
    if (this.#bytes.length === 0) {
      this.#bytes = Buffer.alloc(2 * KEPT_BYTES);
    }
    if (this.#length + length > this.#bytes.length) {
      const dropped = this.#length - KEPT_BYTES;
      this.#droppedLines += countLineEnds(this.#bytes.subarray(0, dropped));
      this.#isCut = this.#bytes[dropped - 1] !== LINE_END;
      this.#bytes.copyWithin(0, dropped, this.#length);
      this.#length = KEPT_BYTES;
    }
  }
}
