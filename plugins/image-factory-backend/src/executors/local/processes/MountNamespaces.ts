import { FileHandle, open, readlink } from 'node:fs/promises';
import { ProcessInfo } from './listProcesses';

/**
 * The mount namespaces that have come of a process: builders make them for the
 * commands of a build. Whatever lives in one is of that process, though it may
 * have left its group and lost its parents. On Linux only.
 */
export class MountNamespaces {
  readonly #rootStartedAt: number;
  /** Held open: the number of one that is gone is given to the next that is made. */
  readonly #own = new Map<string, FileHandle>();
  readonly #foreign = new Set<string>();

  constructor(root: ProcessInfo) {
    this.#rootStartedAt = ticksOf(root);
  }

  /** Notes the namespaces of those that are known, and returns all who live in them. */
  async members(
    known: ProcessInfo[],
    all: ProcessInfo[],
  ): Promise<ProcessInfo[]> {
    const ours = await namespaceOf('self');
    const unseen = new Set<string>();
    for (const { pid } of known) {
      const name = await namespaceOf(pid);
      if (
        name !== undefined &&
        name !== ours &&
        !this.#own.has(name) &&
        !this.#foreign.has(name)
      ) {
        unseen.add(name);
        await this.#hold(name, pid);
      }
    }
    if (this.#own.size === 0) return [];
    const members = await Promise.all(
      all.map(async info => ({ info, name: await namespaceOf(info.pid) })),
    );
    for (const { info, name } of members) {
      // As that of a rootless Podman, which all commands of its user share.
      if (
        name !== undefined &&
        unseen.has(name) &&
        ticksOf(info) < this.#rootStartedAt
      ) {
        this.#foreign.add(name);
        await this.#own.get(name)?.close();
        this.#own.delete(name);
      }
    }
    return members
      .filter(({ name }) => name !== undefined && this.#own.has(name))
      .map(({ info }) => info);
  }

  async close(): Promise<void> {
    for (const handle of this.#own.values()) {
      await handle.close();
    }
    this.#own.clear();
  }

  async #hold(name: string, pid: number): Promise<void> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(`/proc/${pid}/ns/mnt`);
    } catch {
      // It has ended meanwhile, or may not be looked at.
      return;
    }
    if ((await readlink(`/proc/self/fd/${handle.fd}`)) === name) {
      this.#own.set(name, handle);
    } else {
      await handle.close();
    }
  }
}

async function namespaceOf(pid: number | 'self'): Promise<string | undefined> {
  return readlink(`/proc/${pid}/ns/mnt`).catch(() => undefined);
}

/** The start time ends with the ticks since the boot. */
function ticksOf({ startedAt }: ProcessInfo): number {
  return Number(startedAt.slice(startedAt.lastIndexOf(':') + 1));
}
