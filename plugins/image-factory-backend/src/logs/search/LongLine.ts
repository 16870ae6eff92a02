import { completeUtf8Length } from '../utf8';
import { FoundInLine, LineMatches } from './LineMatches';
import { SearchPattern } from './searchPattern';
import { cutSequenceAt, withoutControls } from './shownText';

/** Searches a line that is too long to be held, piece by piece, with the same result as if it were. */
export class LongLine {
  readonly #pattern: SearchPattern;
  #found: LineMatches;
  /** Bytes of a character that a cut has split. */
  #bytes: Buffer = Buffer.alloc(0);
  /** A control sequence that a cut has split. */
  #text = '';
  /** Whether what follows overwrites the line. */
  #returned = false;

  constructor(pattern: SearchPattern) {
    this.#pattern = pattern;
    this.#found = new LineMatches(pattern);
  }

  /** Takes the next bytes, without a line end. */
  add(piece: Buffer): void {
    const bytes = Buffer.concat([this.#bytes, piece]);
    const length = completeUtf8Length(bytes);
    this.#bytes = bytes.subarray(length);
    this.#addStates(bytes.toString('utf8', 0, length));
  }

  end(): FoundInLine | undefined {
    this.#addStates(this.#bytes.toString('utf8'));
    this.#found.add(withoutControls(this.#text));
    return this.#found.result();
  }

  #addStates(text: string): void {
    const [first, ...rest] = text.split('\r');
    this.#addText(first);
    for (const state of rest) {
      this.#returned = true;
      this.#addText(state);
    }
  }

  #addText(text: string): void {
    if (text === '') return;
    if (this.#returned) {
      this.#returned = false;
      this.#found = new LineMatches(this.#pattern);
      this.#text = '';
    }
    const whole = this.#text + text;
    const cutAt = cutSequenceAt(whole);
    this.#text = whole.slice(cutAt);
    this.#found.add(withoutControls(whole.slice(0, cutAt)));
  }
}
