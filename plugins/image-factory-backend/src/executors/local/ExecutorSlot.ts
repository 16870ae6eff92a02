import { isError } from '@backstage/errors';
import { randomUUID } from 'node:crypto';
import {
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { readProcess } from './processes';

/** The process that holds a slot; none once it has let go. */
type SlotOwner = { pid: number; startedAt: string };

/**
 * A directory for one process alone. Build tools cannot tell one process's work
 * from another's leftovers, so that each works in a slot of its own:
 * `<host>`, and where that is held by a living process of the host, `<host>~2`
 * and so on. Slots of other hosts are never looked into.
 *
 * Whoever takes a slot writes the next of its numbered owner files; a file is
 * linked into place whole, so that only one process gets a number. The highest
 * one counts and is never removed, so that nobody can slip below it.
 */
export class ExecutorSlot {
  readonly directory: string;
  readonly #ownerFile: string;

  /** Takes the first slot of this host that no living process holds. */
  static async take(options: {
    directory: string;
    host: string;
  }): Promise<ExecutorSlot> {
    const base = join(options.directory, slotName(options.host));
    let slot = await tryTake(base);
    for (let number = 2; !slot; number += 1) {
      slot = await tryTake(`${base}~${number}`);
    }
    return new ExecutorSlot(slot);
  }

  /** Takes every slot of this host that a dead process has left. */
  static async takeLeft(options: {
    directory: string;
    host: string;
  }): Promise<ExecutorSlot[]> {
    const base = slotName(options.host);
    const taken: ExecutorSlot[] = [];
    for (const name of await readdir(options.directory)) {
      if (name === base || name.startsWith(`${base}~`)) {
        const slot = await tryTake(join(options.directory, name));
        if (slot) {
          taken.push(new ExecutorSlot(slot));
        }
      }
    }
    return taken;
  }

  private constructor(slot: { directory: string; ownerFile: string }) {
    this.directory = slot.directory;
    this.#ownerFile = slot.ownerFile;
  }

  get runs(): string {
    return join(this.directory, 'runs');
  }

  get storage(): string {
    return join(this.directory, 'storage');
  }

  /** Lets another process have the slot. */
  async release(): Promise<void> {
    const temporary = temporaryFile(this.directory);
    try {
      await writeFile(temporary, '{}');
      await rename(temporary, this.#ownerFile);
    } catch (error) {
      // Without its directory there is nothing left to let go of.
      if (codeOf(error) !== 'ENOENT') {
        throw error;
      }
    }
  }
}

async function tryTake(
  directory: string,
): Promise<{ directory: string; ownerFile: string } | undefined> {
  await mkdir(join(directory, 'runs'), { recursive: true, mode: 0o700 });
  const latest = (await ownerNumbers(directory)).at(-1) ?? 0;
  if (latest > 0 && (await isHeld(ownerFile(directory, latest)))) {
    return undefined;
  }
  const mine = ownerFile(directory, latest + 1);
  if (!(await linkOwner(directory, mine))) {
    return undefined;
  }
  const numbers = await ownerNumbers(directory);
  if (numbers.at(-1) !== latest + 1) {
    await rm(mine, { force: true });
    return undefined;
  }
  for (const number of numbers.slice(0, -1)) {
    await rm(ownerFile(directory, number), { force: true });
  }
  return { directory, ownerFile: mine };
}

/** False where another process was faster. */
async function linkOwner(directory: string, path: string): Promise<boolean> {
  const self = await readProcess(process.pid);
  const owner: SlotOwner = {
    pid: process.pid,
    startedAt: self?.startedAt ?? '',
  };
  const temporary = temporaryFile(directory);
  try {
    await writeFile(temporary, JSON.stringify(owner), { mode: 0o600 });
    await link(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function isHeld(path: string): Promise<boolean> {
  let owner: unknown;
  try {
    owner = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return false;
  }
  if (!isOwner(owner)) {
    return false;
  }
  const found = await readProcess(owner.pid);
  // The start time holds the boot too: an id may be another process's by now.
  return found !== undefined && found.startedAt === owner.startedAt;
}

async function ownerNumbers(directory: string): Promise<number[]> {
  return (await readdir(directory))
    .flatMap(name => /^owner\.(\d+)\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

function ownerFile(directory: string, number: number): string {
  return join(directory, `owner.${number}.json`);
}

function temporaryFile(directory: string): string {
  return join(directory, `owner.${randomUUID()}.part`);
}

/** Never with a tilde, which parts the host from the number of its slot. */
function slotName(host: string): string {
  return host.replace(/[^A-Za-z0-9._-]/g, '-').replace(/^\.*$/, 'host');
}

function isOwner(value: unknown): value is SlotOwner {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'startedAt' in value &&
    typeof value.startedAt === 'string'
  );
}

function codeOf(error: unknown): unknown {
  return isError(error) ? error.code : undefined;
}
