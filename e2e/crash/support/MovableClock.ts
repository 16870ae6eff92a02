import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIBRARIES = '/usr/lib';

/** Where Debian's package libfaketime puts its library; undefined where it is not installed. */
export function findFaketime(): string | undefined {
  if (process.platform !== 'linux') return undefined;
  return readdirSync(LIBRARIES)
    .map(folder => join(LIBRARIES, folder, 'faketime', 'libfaketimeMT.so.1'))
    .find(path => existsSync(path));
}

/** The clock of one process, which a test sets while it runs: as `date --set` does for a whole machine. */
export class MovableClock {
  readonly #folder = mkdtempSync(join(tmpdir(), 'image-factory-clock-'));
  readonly #library: string;
  #offsetMs = 0;

  constructor(library: string) {
    this.#library = library;
    this.set(0);
  }

  /** What a process needs to go by this clock; how long things take it goes on measuring by the machine's own. */
  get environment(): Record<string, string> {
    return {
      LD_PRELOAD: this.#library,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
    };
  }

  /** Milliseconds since 1970 by this clock. */
  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** @param offsetMs - how far it is ahead of the machine's from now on, in whole seconds */
  set(offsetMs: number): void {
    this.#offsetMs = offsetMs;
    const seconds = offsetMs / 1000;
    writeFileSync(this.#file, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #file(): string {
    return join(this.#folder, 'offset');
  }
}
