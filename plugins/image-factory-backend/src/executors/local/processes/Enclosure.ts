import { Readable, Writable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ProcessInfo, readProcess } from './listProcesses';

const MAX_LOOKS = 200;
const LONGEST_PAUSE_MILLISECONDS = 10;
/** What was written before an end may still be on its way. */
const TOLD_WITHIN_MILLISECONDS = 1_000;

/** A pid namespace in which a process runs; it lives for as long as we hold the pipe to its first process. */
export class Enclosure {
  readonly #pipe: Readable | Writable | null | undefined;
  readonly #first: Promise<ProcessInfo | undefined>;
  readonly #ready: Promise<boolean>;

  constructor(pipe: Readable | Writable | null | undefined) {
    this.#pipe = pipe;
    // That it breaks tells nothing which the end of the process does not.
    pipe?.on('error', () => undefined);
    const { first, ready } = listenTo(pipe);
    this.#first = first;
    this.#ready = ready;
  }

  /** Whether the program was started in it. To be asked once it has ended. */
  async wasReady(): Promise<boolean> {
    return Promise.race([
      this.#ready,
      delay(TOLD_WITHIN_MILLISECONDS, false, { ref: false }),
    ]);
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

/** What is told through the pipe, a line each: the id of the first process, and that it is ready. */
function listenTo(pipe: Readable | Writable | null | undefined): {
  first: Promise<ProcessInfo | undefined>;
  ready: Promise<boolean>;
} {
  if (!(pipe instanceof Readable)) {
    return {
      first: Promise.resolve(undefined),
      ready: Promise.resolve(false),
    };
  }
  let told = '';
  let tellFirst: (pid: number) => void = () => undefined;
  let tellReady: (isReady: boolean) => void = () => undefined;
  const first = new Promise<number>(resolve => {
    tellFirst = resolve;
  });
  const ready = new Promise<boolean>(resolve => {
    tellReady = resolve;
  });
  pipe.on('data', bytes => {
    told += bytes;
    const [pid, ...rest] = told.split('\n');
    if (rest.length > 0) tellFirst(Number(pid));
    if (rest.length > 1) tellReady(true);
  });
  // It was closed before, by us or by the end of what should have told.
  pipe.on('close', () => {
    tellFirst(NaN);
    tellReady(false);
  });
  return {
    first: first.then(pid => (pid > 0 ? readProcess(pid) : undefined)),
    ready,
  };
}
