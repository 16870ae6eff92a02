import { countLineEnds } from '../../model';
import { FoundInLine, LineMatches } from './LineMatches';
import { LongLine } from './LongLine';
import { SearchPattern } from './searchPattern';
import { shownLines } from './shownText';

const LINE_END = 10;
const LONG_LINE_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/** A place in a log where a line begins. */
export type LinePosition = {
  /** From 1. */
  line: number;
  /** The first byte. */
  offset: number;
};

/** A line that has the text. */
export type ScannedLine = LinePosition & FoundInLine;

/** Searches one log as its bytes pass, wherever these are cut. */
export class LogScanner {
  readonly #pattern: SearchPattern;
  readonly #longLineBytes: number;
  readonly #enough: number;
  #position: LinePosition;
  /** Bytes of the line that is not complete yet. */
  #rest: Buffer = NOTHING;
  #longLine: LongLine | undefined;
  /** Of the long line, how many bytes are taken. */
  #longBytes = 0;

  static create(options: {
    pattern: SearchPattern;
    /** Where the first byte to come stands: at the beginning of a line. */
    from: LinePosition;
    /** A line of which more comes than this is not held; 64 KiB unless told. */
    longLineBytes?: number;
    /** After so many lines a push looks for no more, where whoever asks has enough then. */
    enough?: number;
  }): LogScanner {
    return new LogScanner(options);
  }

  private constructor(options: Parameters<typeof LogScanner.create>[0]) {
    this.#pattern = options.pattern;
    this.#position = options.from;
    this.#longLineBytes = options.longLineBytes ?? LONG_LINE_BYTES;
    this.#enough = options.enough ?? Infinity;
  }

  /** Where a search could be taken up again; undefined in the middle of a long line, which is then searched to its end. */
  get position(): LinePosition | undefined {
    return this.#longLine ? undefined : this.#position;
  }

  /** Takes the next bytes, and gives the lines among them that have the text. A caller gives some 32 KiB at a time, which takes a few milliseconds. */
  push(bytes: Buffer): ScannedLine[] {
    if (this.#longLine) return this.#pushToLongLine(this.#longLine, bytes);
    const data =
      this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    const length = data.lastIndexOf(LINE_END) + 1;
    const found = this.#scanLines(data.subarray(0, length));
    this.#rest = data.subarray(length);
    if (this.#rest.length > this.#longLineBytes) {
      this.#longLine = new LongLine(this.#pattern);
      this.#longBytes = this.#rest.length;
      this.#longLine.add(this.#rest);
      this.#rest = NOTHING;
    }
    return found;
  }

  /** The log is over: its last line needs no line end. */
  end(): ScannedLine[] {
    if (this.#longLine) return this.#endLongLine(this.#longLine);
    const found = this.#scanLines(this.#rest);
    this.#rest = NOTHING;
    return found;
  }

  #pushToLongLine(longLine: LongLine, bytes: Buffer): ScannedLine[] {
    const lineEnd = bytes.indexOf(LINE_END);
    if (lineEnd < 0) {
      longLine.add(bytes);
      this.#longBytes += bytes.length;
      return [];
    }
    longLine.add(bytes.subarray(0, lineEnd));
    this.#longBytes += lineEnd + 1;
    return [
      ...this.#endLongLine(longLine),
      ...this.push(bytes.subarray(lineEnd + 1)),
    ];
  }

  #endLongLine(longLine: LongLine): ScannedLine[] {
    const { line, offset } = this.#position;
    const found = longLine.end();
    this.#position = { line: line + 1, offset: offset + this.#longBytes };
    this.#longLine = undefined;
    return found ? [{ line, offset, ...found }] : [];
  }

  /** Whole lines at once: nearly all of a log has no match, and is passed without decoding it. */
  #scanLines(bytes: Buffer): ScannedLine[] {
    const found = this.#pattern.mayHold(bytes) ? this.#matchLines(bytes) : [];
    const { line, offset } = this.#position;
    this.#position = {
      line: line + countLineEnds(bytes),
      offset: offset + bytes.length,
    };
    return found;
  }

  #matchLines(bytes: Buffer): ScannedLine[] {
    const { expression } = this.#pattern;
    const { line: firstLine, offset: firstOffset } = this.#position;
    const text = shownLines(bytes.toString('utf8'));
    const found: ScannedLine[] = [];
    /** A line, by where it begins in the text and in the bytes. */
    const at = { line: 0, text: 0, byte: 0 };
    const nextLine = (textEnd: number) => {
      at.line += 1;
      at.text = textEnd + 1;
      at.byte = bytes.indexOf(LINE_END, at.byte) + 1;
    };
    const textEndOf = (from: number) => {
      const end = text.indexOf('\n', from);
      return end < 0 ? text.length : end;
    };
    expression.lastIndex = 0;
    for (
      let match = expression.exec(text);
      match && found.length < this.#enough;
      match = expression.exec(text)
    ) {
      let textEnd = textEndOf(at.text);
      while (textEnd < match.index) {
        nextLine(textEnd);
        textEnd = textEndOf(at.text);
      }
      const matches = new LineMatches(this.#pattern);
      matches.add(text.slice(at.text, textEnd));
      found.push({
        line: firstLine + at.line,
        offset: firstOffset + at.byte,
        ...matches.result()!,
      });
      // On with the next line; this one is done.
      expression.lastIndex = textEnd;
    }
    return found;
  }
}
