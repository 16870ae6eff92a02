import { styleAfter } from './style';

/** A line as it is kept: raw, with the colours that hold where it begins. */
export type LogLine = {
  style: string;
  text: string;
  /** How many characters more the line has. */
  omitted: number;
};

/** Lines are kept in blocks, so that no array of a million is ever copied to grow. */
const BLOCK_LINES = 4096;

/**
 * How much of one line is kept, in characters. Longer ones come from minified
 * sources and base64; nobody reads them and they would stall the browser.
 */
export const MAX_LINE_LENGTH = 10_000;

const LINE_BREAK = /[\r\n]/g;

/**
 * A log as it comes in, cut into lines. Where the text is cut into pieces makes
 * no difference, neither inside a line nor inside a control sequence.
 *
 * A carriage return begins the line anew, as in a terminal: of a progress line
 * that overwrites itself the last state is kept.
 */
export class LogBuffer {
  readonly #blocks: LogLine[][] = [];
  #count = 0;
  /** What stands since the last line break or carriage return. */
  #segment: LogLine = startLine('');
  /** What the segment would overwrite. */
  #overwritten: LogLine | undefined;

  static create(): LogBuffer {
    return new LogBuffer();
  }

  private constructor() {}

  append(text: string): void {
    let position = 0;
    LINE_BREAK.lastIndex = 0;
    for (
      let match = LINE_BREAK.exec(text);
      match;
      match = LINE_BREAK.exec(text)
    ) {
      this.#extend(text.slice(position, match.index));
      if (match[0] === '\n') {
        this.#breakLine();
      } else {
        this.#returnCarriage();
      }
      position = match.index + 1;
    }
    this.#extend(text.slice(position));
  }

  /** How many lines there are, the unfinished last one included. */
  get lineCount(): number {
    return this.#count + (this.#unfinished() ? 1 : 0);
  }

  /** A line by its index, from 0. */
  line(index: number): LogLine | undefined {
    if (index === this.#count) {
      return this.#unfinished();
    }
    return this.#blocks[Math.floor(index / BLOCK_LINES)]?.[index % BLOCK_LINES];
  }

  #unfinished(): LogLine | undefined {
    return this.#segment.text ? this.#segment : this.#overwritten;
  }

  #extend(text: string): void {
    const { style, text: before, omitted } = this.#segment;
    const room = MAX_LINE_LENGTH - before.length;
    if (text) {
      this.#segment = {
        style,
        text: before + text.slice(0, room),
        omitted: omitted + Math.max(0, text.length - room),
      };
    }
  }

  #returnCarriage(): void {
    if (this.#segment.text) {
      this.#overwritten = this.#segment;
      this.#segment = startLine(this.#styleAfterSegment());
    }
  }

  #breakLine(): void {
    const line = this.#unfinished() ?? startLine('');
    const next = startLine(this.#styleAfterSegment());
    if (this.#count % BLOCK_LINES === 0) {
      this.#blocks.push([]);
    }
    this.#blocks[this.#blocks.length - 1].push(line);
    this.#count += 1;
    this.#segment = next;
    this.#overwritten = undefined;
  }

  #styleAfterSegment(): string {
    return styleAfter(this.#segment.style, this.#segment.text);
  }
}

function startLine(style: string): LogLine {
  return { style, text: '', omitted: 0 };
}
