import { existsSync, readFileSync } from 'node:fs';

const EVERY_MS = 1_000;
/** What Linux counts processor time in, on all machines that this runs on. */
const TICKS_PER_SECOND = 100;

/** What a process had in memory, and what it had computed, in a moment. */
export type UsageSample = {
  atMs: number;
  residentMiB: number;
  /** With that of its children that have ended. */
  processorSeconds: number;
};

/** Looks each second at what a process has in memory and what it has computed. */
export class ProcessUsage {
  readonly #pid: number;
  readonly #began = performance.now();
  readonly #samples: UsageSample[] = [];
  readonly #timer: NodeJS.Timeout;

  static watch(pid: number): ProcessUsage {
    return new ProcessUsage(pid);
  }

  private constructor(pid: number) {
    this.#pid = pid;
    this.#look();
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  stop(): UsageSample[] {
    clearInterval(this.#timer);
    this.#look();
    return this.#samples;
  }

  #look(): void {
    // One that has ended is missed by whoever asks it for something.
    if (!existsSync(`/proc/${this.#pid}`)) return;
    const read = (name: string) =>
      readFileSync(`/proc/${this.#pid}/${name}`, 'utf8');
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(read('status'))?.[1];
    // Behind the name, which may have anything in it, come the third field and the others.
    const fields = read('stat').split(') ').at(-1)!.split(' ');
    const ticks = fields
      .slice(11, 15)
      .reduce((sum, field) => sum + Number(field), 0);
    this.#samples.push({
      atMs: Math.round(performance.now() - this.#began),
      residentMiB: Math.round((Number(resident) / 1024) * 10) / 10,
      processorSeconds: ticks / TICKS_PER_SECOND,
    });
  }
}
