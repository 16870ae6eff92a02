import { PatternAutomaton } from './PatternAutomaton';
import { SecretValues } from './SecretValues';

const MASK = '*'.charCodeAt(0);
const NOTHING = Buffer.alloc(0);
/** Secrets that overlap one another without end do not hold back a log for ever. */
const MOST_HELD = 64 * 1024;

/** Bytes of a log and the place of the first of them. */
export type LogPiece = { offset: number; bytes: Uint8Array };

/** A part of the log that is masked; its end is the place after it. */
type Mask = { start: number; end: number };

/**
 * Masks secrets in one log as its bytes pass, wherever these are cut.
 *
 * Every byte of a secret becomes a `*`, so that places in the log stay what
 * they are for whoever prints it. Bytes that may yet become a secret are held
 * back, so that what is stored never ends within one: whoever takes the log up
 * where its stored part ends, with a redactor of its own, masks the same.
 */
export class LogRedactor {
  readonly #secrets: SecretValues;
  #automaton: PatternAutomaton | undefined;
  #state = 0;
  /** What is held back, as it came. */
  #held: Buffer = NOTHING;
  #end: number;
  /** What is masked of what is held back; in order, none touching another's bytes. */
  #masks: Mask[] = [];

  /** @param options.offset - the place in the log of the first byte to come */
  static create(options: {
    secrets: SecretValues;
    offset: number;
  }): LogRedactor {
    return new LogRedactor(options.secrets, options.offset);
  }

  private constructor(secrets: SecretValues, offset: number) {
    this.#secrets = secrets;
    this.#end = offset;
  }

  /** The place after the last byte that has come. */
  get end(): number {
    return this.#end;
  }

  get holdsBack(): boolean {
    return this.#held.length > 0;
  }

  /** Takes the next bytes, and gives those that may be stored. */
  push(bytes: Uint8Array): LogPiece {
    const { automaton } = this.#secrets;
    if (!automaton) {
      const offset = this.#end;
      this.#end += bytes.length;
      return { offset, bytes };
    }
    if (automaton !== this.#automaton) {
      this.#automaton = automaton;
      this.#state = automaton.root;
      this.#scan(automaton, this.#held, this.#end - this.#held.length);
    }
    const from = this.#end;
    this.#held = this.holdsBack
      ? Buffer.concat([this.#held, bytes])
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#end += bytes.length;
    this.#scan(automaton, bytes, from);
    return this.#release(this.#safeEnd(automaton));
  }

  /** Gives what is held back, where nothing more will come. */
  flush(): LogPiece {
    return this.#release(this.#end);
  }

  #scan(automaton: PatternAutomaton, bytes: Uint8Array, from: number): void {
    this.#state = automaton.scan(bytes, this.#state, (end, length) =>
      this.#cover(from + end - length, from + end),
    );
  }

  /** What is given away already stays as it is. */
  #cover(from: number, until: number): void {
    let start = Math.max(from, this.#end - this.#held.length);
    let end = until;
    for (
      let last = this.#masks.at(-1);
      last && last.end > start;
      last = this.#masks.at(-1)
    ) {
      start = Math.min(start, last.start);
      // One that was found before the values changed may reach further.
      end = Math.max(end, last.end);
      this.#masks.pop();
    }
    this.#masks.push({ start, end });
  }

  /** Where what may yet become a secret begins. One that it overlaps is held back with it, since a redactor that begins in the middle of that would not see it. */
  #safeEnd(automaton: PatternAutomaton): number {
    const pending = this.#end - automaton.pending(this.#state);
    const overlapped = this.#masks.find(
      ({ start, end }) => start < pending && pending < end,
    );
    return overlapped && this.#end - overlapped.start <= MOST_HELD
      ? overlapped.start
      : pending;
  }

  #release(until: number): LogPiece {
    const offset = this.#end - this.#held.length;
    const length = Math.max(0, until - offset);
    const raw = this.#held.subarray(0, length);
    const masked = this.#masks.filter(({ start }) => start < until);
    const bytes = masked.length > 0 ? Buffer.from(raw) : raw;
    for (const { start, end } of masked) {
      bytes.fill(MASK, start - offset, Math.min(end, until) - offset);
    }
    // A copy, so that a short rest does not keep a long piece in memory.
    this.#held =
      length === this.#held.length
        ? NOTHING
        : Buffer.from(this.#held.subarray(length));
    this.#masks = this.#masks
      .filter(({ end }) => end > until)
      .map(({ start, end }) => ({ start: Math.max(start, until), end }));
    return { offset, bytes };
  }
}
