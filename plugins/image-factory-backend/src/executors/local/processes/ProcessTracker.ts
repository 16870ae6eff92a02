import { listProcesses, ProcessInfo } from './listProcesses';
import { MountNamespaces } from './MountNamespaces';
import { signalProcess } from './signalProcess';

/**
 * Knows the processes that have come of one: those of its group, and its
 * descendants even where they have left the group (`setsid`) or lost their
 * parents. A build's own commands can do both. One that does both between two
 * looks is found only where it lives in a mount namespace that was seen, or
 * where a pid namespace keeps all together.
 */
export class ProcessTracker {
  readonly #root: number;
  readonly #known = new Map<number, ProcessInfo>();
  readonly #byNamespace: boolean;
  #namespaces: MountNamespaces | undefined;

  constructor(root: number, options: { byMountNamespace?: boolean } = {}) {
    this.#root = root;
    this.#byNamespace =
      process.platform === 'linux' && options.byMountNamespace === true;
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
    this.#addDescendants(processes);
    if (this.#byNamespace) {
      const root = byId.get(this.#root);
      this.#namespaces ??= root && new MountNamespaces(root);
      const members = await this.#namespaces?.members(
        [...this.#known.values()],
        processes,
      );
      members?.forEach(info => this.#known.set(info.pid, info));
      this.#addDescendants(processes);
    }
    return [...this.#known.values()];
  }

  /** Signals every process that lives. */
  async signal(signal: NodeJS.Signals): Promise<number> {
    const living = await this.look();
    living.forEach(({ pid }) => signalProcess(pid, signal));
    return living.length;
  }

  async close(): Promise<void> {
    await this.#namespaces?.close();
  }

  #addDescendants(processes: ProcessInfo[]): void {
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
  }
}
