const KEPT = 3;

/** Makes a secret known, and gives what takes it back. */
export type OnSecret = (value: string) => () => void;

/**
 * The tokens that hosts have given for repositories, the last few of each:
 * those before them are no longer valid, and would only grow in number.
 */
export class RecentTokens {
  readonly #onSecret: OnSecret;
  readonly #tokens = new Map<
    string,
    { value: string; takeBack: () => void }[]
  >();

  constructor(onSecret: OnSecret) {
    this.#onSecret = onSecret;
  }

  /** Makes a token known before it is used. */
  keep(repository: string, value: string): void {
    const known = this.#tokens.get(repository) ?? [];
    const same = known.find(each => each.value === value);
    const others = known.filter(each => each !== same);
    const token = same ?? { value, takeBack: this.#onSecret(value) };
    for (const old of others.slice(0, -(KEPT - 1))) old.takeBack();
    this.#tokens.set(repository, [...others.slice(-(KEPT - 1)), token]);
  }
}
