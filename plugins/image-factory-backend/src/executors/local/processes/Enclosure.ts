import { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ProcessInfo, readProcess } from './listProcesses';

const MAX_LOOKS = 200;
const LONGEST_PAUSE_MILLISECONDS = 10;

/** A pid namespace in which a process runs; it lives for as long as we hold the pipe to its first process. */
export class Enclosure {
  readonly #pipe: Readable | Writable | null | undefined;
  readonly #first: Promise<ProcessInfo | undefined>;

  constructor(pipe: Readable | Writable | null | undefined) {
    this.#pipe = pipe;
    // That it breaks tells nothing which the end of the process does not.
    pipe?.on('error', () => undefined);
    this.#first = firstProcessOf(pipe);
  }

  /**
   * Has all killed that lives in it. The kernel lets the first process go only
   * after all others. Tells whether that came about in time, which it does not
   * where a process hangs in the kernel.
   */
  async end(): Promise<boolean> {
    this.#pipe?.destroy();
    const first = await this.#first;
    if (!first) return false;
    for (let looks = 1; looks < MAX_LOOKS; looks += 1) {
      const found = await readProcess(first.pid);
      if (found?.startedAt !== first.startedAt) return true;
      await delay(Math.min(looks, LONGEST_PAUSE_MILLISECONDS));
    }
    return false;
  }
}

/** Undefined where the namespace could not be made. */
async function firstProcessOf(
  pipe: Readable | Writable | null | undefined,
): Promise<ProcessInfo | undefined> {
  if (!(pipe instanceof Readable)) return undefined;
  let told = '';
  try {
    for await (const bytes of pipe.iterator({ destroyOnReturn: false })) {
      told += bytes;
      if (told.endsWith('\n')) break;
    }
  } catch {
    // It was closed before, by us or by the end of what should have told.
  }
  const pid = Number(told);
  return pid > 0 ? readProcess(pid) : undefined;
}
