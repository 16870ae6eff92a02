import { listProcesses, ProcessInfo } from './listProcesses';
import { signalProcess } from './signalProcess';

/**
 * Knows the processes that have come of one: those of its group, and its
 * descendants even where they have left the group (`setsid`) or lost their
 * parents. A build's own commands can do both.
 */
export class ProcessTracker {
  readonly #root: number;
  readonly #known = new Map<number, ProcessInfo>();

  constructor(root: number) {
    this.#root = root;
  }

  /** Looks again. Returns who lives. */
  async look(): Promise<ProcessInfo[]> {
    const processes = await listProcesses();
    const byId = new Map(processes.map(info => [info.pid, info]));
    for (const [pid, known] of this.#known) {
      if (byId.get(pid)?.startedAt !== known.startedAt) {
        this.#known.delete(pid);
      }
    }
    let before: number;
    do {
      before = this.#known.size;
      for (const info of processes) {
        if (
          info.pid === this.#root ||
          info.group === this.#root ||
          this.#known.has(info.parent)
        ) {
          this.#known.set(info.pid, info);
        }
      }
    } while (this.#known.size > before);
    return [...this.#known.values()];
  }

  /** Signals every process that lives. */
  async signal(signal: NodeJS.Signals): Promise<number> {
    const living = await this.look();
    living.forEach(({ pid }) => signalProcess(pid, signal));
    return living.length;
  }
}
