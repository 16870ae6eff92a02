/** Makes a secret known, and gives what takes it back. */
export type OnSecret = (value: string) => () => void;

const KEPT = 3;

/** What a login was given last: tokens run out, and those before would only grow in number. */
export class RecentSecrets {
  readonly #onSecret: OnSecret;
  /** The one that was used last is the last. */
  readonly #known = new Map<string, () => void>();

  constructor(onSecret: OnSecret) {
    this.#onSecret = onSecret;
  }

  /** Makes a secret known before it is used. */
  keep(value: string): void {
    const takeBack = this.#known.get(value) ?? this.#onSecret(value);
    this.#known.delete(value);
    this.#known.set(value, takeBack);
    if (this.#known.size <= KEPT) return;
    const [[oldest, forget]] = this.#known;
    this.#known.delete(oldest);
    forget();
  }
}
