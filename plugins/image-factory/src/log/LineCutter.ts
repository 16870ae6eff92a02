import { styleAfter } from './style';

/** A line as it is kept: raw, with the colours that hold where it begins. */
export type LogLine = {
  style: string;
  text: string;
  /** How many characters more the line has. */
  omitted: number;
};

/**
 * How much of one line is kept, in characters. Longer ones come from minified
 * sources and base64; nobody reads them and they would stall the browser.
 */
export const MAX_LINE_LENGTH = 10_000;

const LINE_BREAK = /[\r\n]/g;

/**
 * Cuts text into lines as it comes. Where the text is cut into pieces makes no
 * difference, neither inside a line nor inside a control sequence.
 *
 * A carriage return begins the line anew, as in a terminal: of a progress line
 * that overwrites itself the last state is kept.
 */
export class LineCutter {
  readonly #onLine: (line: LogLine) => void;
  /** What stands since the last line break or carriage return. */
  #segment: LogLine;
  /** What the segment would overwrite. */
  #overwritten: LogLine | undefined;

  static create(options: {
    /** The colour sequences that hold where the text begins; none unless told. */
    style?: string;
    /** Takes each line when it is complete. */
    onLine: (line: LogLine) => void;
  }): LineCutter {
    return new LineCutter(options);
  }

  private constructor(options: Parameters<typeof LineCutter.create>[0]) {
    this.#onLine = options.onLine;
    this.#segment = startLine(options.style ?? '');
  }

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

  /** What is there of the line that has no end yet. */
  get unfinished(): LogLine | undefined {
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
    const line = this.unfinished ?? startLine('');
    this.#segment = startLine(this.#styleAfterSegment());
    this.#overwritten = undefined;
    this.#onLine(line);
  }

  #styleAfterSegment(): string {
    return styleAfter(this.#segment.style, this.#segment.text);
  }
}

function startLine(style: string): LogLine {
  return { style, text: '', omitted: 0 };
}
