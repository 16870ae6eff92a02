import { LoggerService } from '@backstage/backend-plugin-api';
import { PatternAutomaton } from './PatternAutomaton';
import { SHORTEST_SECRET, secretForms } from './secretForms';

const MASK = '*'.charCodeAt(0);

/**
 * What must never be stored: the values of credentials that this process knows,
 * in every form in which a tool may print them. Whoever takes up a credential
 * adds it here before it is used; what only exists as a part of a whole, such
 * as `user:password`, is added as well.
 */
export class SecretValues {
  readonly #logger: LoggerService;
  /** How often each is known, by different takers. */
  readonly #values = new Map<string, number>();
  #automaton: PatternAutomaton | undefined;
  #isCurrent = true;
  #hasWarned = false;

  static create(options: { logger: LoggerService }): SecretValues {
    return new SecretValues(options.logger);
  }

  private constructor(logger: LoggerService) {
    this.#logger = logger;
  }

  /**
   * From now on the value is masked, in logs that are being written too.
   *
   * @returns what takes the value back, for one that is replaced again and again; it stays while another has added it
   */
  add(value: string): () => void {
    if (value.length < SHORTEST_SECRET) {
      this.#warnOfShort();
      return () => undefined;
    }
    this.#count(value, 1);
    let isTakenBack = false;
    return () => {
      if (!isTakenBack) this.#count(value, -1);
      isTakenBack = true;
    };
  }

  /** Finds all forms of all values; undefined where no value was ever added. */
  get automaton(): PatternAutomaton | undefined {
    if (!this.#isCurrent) {
      this.#automaton = PatternAutomaton.compile(
        [...this.#values.keys()].flatMap(secretForms),
      );
      this.#isCurrent = true;
    }
    return this.#automaton;
  }

  /**
   * A text with every secret in it masked, and every beginning of one: texts
   * quote lines that were cut to a length, within a secret maybe.
   */
  mask(text: string): string {
    const { automaton } = this;
    if (!automaton) return text;
    const bytes = Buffer.from(text);
    const masked = Buffer.from(bytes);
    let found = false;
    const cover = (until: number, length: number) => {
      let end = until;
      // No half of a character is left.
      while (isContinuation(bytes[end])) end++;
      masked.fill(MASK, until - length, end);
      found = true;
    };
    let state = automaton.root;
    let begun = 0;
    for (let at = 0; at < bytes.length; at++) {
      state = automaton.scan(bytes.subarray(at, at + 1), state, (_, length) =>
        cover(at + 1, length),
      );
      const pending = automaton.pending(state);
      const isBroken = pending !== begun + 1;
      if (isBroken && begun >= SHORTEST_SECRET) cover(at, begun);
      begun = pending;
    }
    if (begun >= SHORTEST_SECRET) cover(bytes.length, begun);
    return found ? masked.toString() : text;
  }

  #count(value: string, change: 1 | -1): void {
    const before = this.#values.get(value) ?? 0;
    const after = before + change;
    if (after === 0) this.#values.delete(value);
    else this.#values.set(value, after);
    if (before === 0 || after === 0) this.#isCurrent = false;
  }

  #warnOfShort(): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#logger.warn(
      `A credential has fewer than ${SHORTEST_SECRET} characters and is not masked in the logs of builds, where it would hide ordinary words. Use a longer one.`,
    );
  }
}

/** Whether a byte goes on with a character of UTF-8. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
