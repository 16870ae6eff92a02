const TOLD_PERCENT = 25;

/**
 * Makes lines of what git prints while it fetches: it draws its progress over
 * and over on one line, of which every quarter is enough.
 */
export class GitProgress {
  readonly #log: (line: string) => Promise<void>;
  readonly #decoder = new TextDecoder();
  #rest = '';
  #told = '';

  constructor(log: (line: string) => Promise<void>) {
    this.#log = log;
  }

  async write(bytes: Uint8Array): Promise<void> {
    const parts = (
      this.#rest + this.#decoder.decode(bytes, { stream: true })
    ).split(/(?<=[\r\n])/);
    this.#rest = /[\r\n]$/.test(parts.at(-1) ?? '') ? '' : parts.pop() ?? '';
    for (const part of parts) {
      const line = part.trimEnd();
      if (line !== '' && (part.endsWith('\n') || this.#isQuarter(line))) {
        await this.#log(line);
      }
    }
    // Nobody has to read a line without an end that goes on for ever.
    this.#rest = this.#rest.slice(-4096);
  }

  async end(): Promise<void> {
    const line = this.#rest.trimEnd();
    this.#rest = '';
    if (line !== '') await this.#log(line);
  }

  #isQuarter(line: string): boolean {
    const [, what, percent] = /^(.*?):\s+(\d+)%/.exec(line) ?? [];
    if (what === undefined) return false;
    const quarter = `${what} ${Math.floor(Number(percent) / TOLD_PERCENT)}`;
    const isNew = quarter !== this.#told && Number(percent) >= TOLD_PERCENT;
    if (isNew) this.#told = quarter;
    return isNew && Number(percent) < 100;
  }
}
