import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const LOOK_MILLISECONDS = 200;

/** What of a folder is more than there may be. */
export type Excess = 'bytes' | 'files';

/** Watches how folders grow, and aborts when there is more in one of them than may be. */
export class FolderWatch {
  readonly #folders: string[];
  readonly #limits: { maxBytes: number; maxFiles: number };
  readonly #tooMuch = new AbortController();
  readonly #over = new AbortController();
  readonly #watching: Promise<void>;
  #excess: Excess | undefined;

  constructor(options: {
    folders: string[];
    maxBytes: number;
    /** Of files, directories and links together. */
    maxFiles: number;
  }) {
    this.#folders = options.folders;
    this.#limits = options;
    this.#watching = this.#watch();
  }

  /** Aborts when there is too much in a folder. */
  get signal(): AbortSignal {
    return this.#tooMuch.signal;
  }

  /** Of what there was too much. */
  get excess(): Excess | undefined {
    return this.#excess;
  }

  /** Looks for the last time. */
  async stop(): Promise<void> {
    this.#over.abort();
    await this.#watching;
    await this.#look();
  }

  async #watch(): Promise<void> {
    while (!this.#over.signal.aborted && !this.signal.aborted) {
      await this.#look();
      await delay(LOOK_MILLISECONDS, undefined, {
        signal: this.#over.signal,
      }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    for (const folder of this.#folders) {
      const excess = await this.#findExcess(folder);
      if (excess) {
        this.#excess ??= excess;
        this.#tooMuch.abort();
      }
    }
  }

  /** What goes while it is looked at counts nothing. */
  async #findExcess(folder: string): Promise<Excess | undefined> {
    const { maxBytes, maxFiles } = this.#limits;
    const pending = [folder];
    let bytes = 0;
    let files = 0;
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const within = next;
      const entries = await readdir(within, { withFileTypes: true }).catch(
        () => [],
      );
      files += entries.length;
      if (files > maxFiles) return 'files';
      for (const entry of entries) {
        const path = join(within, entry.name);
        if (entry.isDirectory()) {
          pending.push(path);
        } else {
          bytes += await lstat(path).then(
            stats => stats.size,
            () => 0,
          );
        }
        if (bytes > maxBytes) return 'bytes';
      }
    }
    return undefined;
  }
}
