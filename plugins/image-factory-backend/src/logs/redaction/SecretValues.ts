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

  /** Finds all forms of all values; undefined while there are none. */
  get automaton(): PatternAutomaton | undefined {
    if (!this.#isCurrent) {
      this.#automaton = PatternAutomaton.compile(
        [...this.#values.keys()].flatMap(secretForms),
      );
      this.#isCurrent = true;
    }
    return this.#automaton;
  }

  /** A text with every secret in it masked, also one that the text's end has cut. */
  mask(text: string): string {
    const { automaton } = this;
    if (!automaton) return text;
    const bytes = Buffer.from(text);
    const masked = Buffer.from(bytes);
    let found = false;
    const cover = (end: number, length: number) => {
      masked.fill(MASK, end - length, end);
      found = true;
    };
    const state = automaton.scan(bytes, automaton.root, cover);
    const cut = automaton.pending(state);
    if (cut >= SHORTEST_SECRET) cover(bytes.length, cut);
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
