import { isError } from '@backstage/errors';
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Longer than any question takes. */
const LEFTOVER_MILLISECONDS = 10 * 60_000;

/** This process, which another one may have the number of by and by. */
const PROCESS = randomUUID();
const MACHINE = hostname().replace(/[^\w.-]/g, '_');
const NAME = /^(.+)~(\d+)~([^~]+)~[^~]+$/;

/** The folders that questions to hosts are asked in, which may have a login in them. */
export class AskFolders {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Gives `use` a folder of its own, which is gone when this is back. */
  async with<T>(use: (folder: string) => Promise<T>): Promise<T> {
    const name = [MACHINE, process.pid, PROCESS, randomUUID()].join('~');
    const folder = join(this.#directory, name);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await this.removeLeftovers();
      return await use(folder);
    } finally {
      // What cannot be removed is taken away later, and the login in it has gone before.
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  /** Of processes of the portal that were killed while they asked. */
  async removeLeftovers(): Promise<void> {
    const oldest = Date.now() - LEFTOVER_MILLISECONDS;
    const names = await readdir(this.#directory).catch(() => []);
    for (const name of names) {
      const path = join(this.#directory, name);
      const found = await stat(path).catch(() => undefined);
      if (found && (found.mtimeMs < oldest || isOrphan(name))) {
        await rm(path, { recursive: true, force: true }).catch(() => undefined);
      }
    }
  }
}

/** Whether it is of a process of this machine that lives no more. */
function isOrphan(name: string): boolean {
  const [, machine, pid, owner] = NAME.exec(name) ?? [];
  if (machine !== MACHINE || owner === PROCESS) return false;
  return Number(pid) === process.pid || !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return !(isError(error) && error.code === 'ESRCH');
  }
}
