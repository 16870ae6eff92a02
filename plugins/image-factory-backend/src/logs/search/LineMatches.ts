import { SearchPattern } from './searchPattern';

/** How much of a line is given out. */
const EXCERPT_LENGTH = 1_000;
/** How much of that stands before the first match, where the line is longer. */
const EXCERPT_BEFORE = 200;
/** A line may be as long as the log, and the text one character that it consists of. */
const MOST_MATCHES = 10_000;

/** Where a line has the text. */
export type FoundInLine = {
  /** Where in the line `text` begins. */
  column: number;
  text: string;
  /** The places in `text`, in UTF-16 units, ends excluded. */
  ranges: { start: number; end: number }[];
  /** How many places the whole line has, counted up to 10,000. */
  matches: number;
};

/** Matches in one line that comes in pieces, however long it is; of it only an excerpt is kept. */
export class LineMatches {
  readonly #pattern: SearchPattern;
  #length = 0;
  #matches = 0;
  #ranges: { start: number; end: number }[] = [];
  /** The first part of the line. */
  #head = '';
  /** The last part, as much as an excerpt may need of it. */
  #tail = '';
  /** Up to where matches are found. */
  #matchedUntil = 0;
  #excerpt: { column: number; text: string } | undefined;

  constructor(pattern: SearchPattern) {
    this.#pattern = pattern;
  }

  add(piece: string): void {
    this.#head += piece.slice(0, EXCERPT_LENGTH - this.#head.length);
    if (this.#excerpt) {
      this.#excerpt.text += piece.slice(
        0,
        EXCERPT_LENGTH - this.#excerpt.text.length,
      );
    }
    const recent = this.#tail + piece;
    const recentAt = this.#length - this.#tail.length;
    this.#find(recent, recentAt);
    this.#length += piece.length;
    this.#tail = recent.slice(
      -Math.max(EXCERPT_BEFORE, this.#pattern.length - 1) -
        this.#pattern.length,
    );
  }

  /** Undefined where the line has no match. */
  result(): FoundInLine | undefined {
    if (!this.#excerpt) return undefined;
    const { column } = this.#excerpt;
    const text = column === 0 ? this.#head : this.#excerpt.text;
    return {
      column,
      text: withoutHalves(text),
      ranges: this.#ranges,
      matches: this.#matches,
    };
  }

  #find(recent: string, recentAt: number): void {
    const { expression, length } = this.#pattern;
    // A match that the pieces before have, or a part of one, is not found again; one that the cut has split is.
    expression.lastIndex = Math.max(
      0,
      this.#matchedUntil - recentAt,
      this.#tail.length - (length - 1),
    );
    for (
      let match = expression.exec(recent);
      match && this.#matches < MOST_MATCHES;
      match = expression.exec(recent)
    ) {
      this.#take(recentAt + match.index, recent, recentAt);
      this.#matchedUntil = recentAt + match.index + length;
    }
  }

  #take(at: number, recent: string, recentAt: number): void {
    const end = at + this.#pattern.length;
    this.#matches += 1;
    this.#excerpt ??= excerptFor(at, end, recent, recentAt);
    const { column } = this.#excerpt;
    if (end - column <= EXCERPT_LENGTH) {
      this.#ranges.push({ start: at - column, end: end - column });
    }
  }
}

function excerptFor(
  at: number,
  end: number,
  recent: string,
  recentAt: number,
): { column: number; text: string } {
  if (end <= EXCERPT_LENGTH) return { column: 0, text: '' };
  let column = at - EXCERPT_BEFORE;
  if (isLowSurrogate(recent.charCodeAt(column - recentAt))) column += 1;
  const from = column - recentAt;
  return { column, text: recent.slice(from, from + EXCERPT_LENGTH) };
}

/** The end of an excerpt may have cut a character. */
function withoutHalves(text: string): string {
  return isHighSurrogate(text.charCodeAt(text.length - 1))
    ? text.slice(0, -1)
    : text;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
