const KEPT = 3;
/** No host gives tokens for longer than a few hours. */
const KEPT_MS = 24 * 60 * 60 * 1000;

/** Makes a secret known, and gives what takes it back. */
export type OnSecret = (value: string) => () => void;

type Token = { value: string; takeBack: () => void; usedAt: number };

/**
 * The tokens that hosts have given for repositories, the last few of each and
 * of the last day: those before them are no longer valid, and would only grow
 * in number.
 */
export class RecentTokens {
  readonly #onSecret: OnSecret;
  readonly #steady: () => number;
  readonly #tokens = new Map<string, Token[]>();

  /** @param steady - milliseconds of a clock that nobody can set */
  constructor(onSecret: OnSecret, steady: () => number) {
    this.#onSecret = onSecret;
    this.#steady = steady;
  }

  /** Makes a token known before it is used. */
  keep(repository: string, value: string): void {
    const usedAt = this.#steady();
    const known = this.#tokens.get(repository) ?? [];
    const same = known.find(each => each.value === value);
    const others = known.filter(each => each !== same);
    const takeBack = same?.takeBack ?? this.#onSecret(value);
    for (const old of others.slice(0, -(KEPT - 1))) old.takeBack();
    this.#tokens.set(repository, [
      ...others.slice(-(KEPT - 1)),
      { value, takeBack, usedAt },
    ]);
    this.#forget(usedAt - KEPT_MS);
  }

  #forget(before: number): void {
    for (const [repository, tokens] of this.#tokens) {
      const kept = tokens.filter(({ usedAt }) => usedAt >= before);
      for (const old of tokens) if (!kept.includes(old)) old.takeBack();
      if (kept.length === 0) this.#tokens.delete(repository);
      else this.#tokens.set(repository, kept);
    }
  }
}
