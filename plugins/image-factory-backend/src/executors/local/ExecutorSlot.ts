import { isError } from '@backstage/errors';
import { randomUUID } from 'node:crypto';
import {
  link,
  mkdir,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from './removeTree';
import { isOwner, ownerHere, stateOf } from './SlotOwner';

const BEAT_MILLISECONDS = 30_000;
/** Longer than clocks differ, and than somebody lets a machine stand still. */
const SILENT_FOR_MILLISECONDS = 24 * 3_600_000;

/**
 * A directory for one process alone. Build tools cannot tell one process's work
 * from another's leftovers, so that each works in a slot of its own:
 * `<host>`, and where that is held, `<host>~2` and so on.
 *
 * Whoever takes a slot writes the next of its numbered owner files; a file is
 * linked into place whole, so that only one process gets a number. The highest
 * one counts and is never removed, so that nobody can slip below it. Its date
 * is renewed while its owner lives: that is all that other machines and other
 * containers can see of it, also where they go by the same host name.
 */
export class ExecutorSlot {
  readonly directory: string;
  /** Whether it is one that processes of this host name take. */
  readonly isOfThisHost: boolean;
  readonly #ownerFile: string;
  readonly #beat: NodeJS.Timeout;

  /** Takes the first slot of this host that nobody holds. */
  static async take(options: {
    directory: string;
    host: string;
    beatMs?: number;
  }): Promise<ExecutorSlot> {
    const base = join(options.directory, slotName(options.host));
    let slot = await tryTake(base);
    for (let number = 2; !slot; number += 1) {
      slot = await tryTake(`${base}~${number}`);
    }
    return new ExecutorSlot({
      ...slot,
      beatMs: options.beatMs,
      isOfThisHost: true,
    });
  }

  /**
   * Takes one after the other every slot that a dead process has left: those of
   * this host, and those of others that have been silent for a day. Whoever
   * gets one lets it go or removes it.
   */
  static async *takeLeft(options: {
    directory: string;
    host: string;
    /** Told of a slot that cannot be looked into; the others are gone through all the same. */
    onProblem(slot: string, error: unknown): void;
  }): AsyncGenerator<ExecutorSlot> {
    const base = slotName(options.host);
    const entries = await readdir(options.directory, { withFileTypes: true });
    for (const entry of entries.filter(one => one.isDirectory())) {
      const directory = join(options.directory, entry.name);
      const isOfThisHost = entry.name.replace(/~\d+$/, '') === base;
      let slot: TakenSlot | undefined;
      try {
        if (isOfThisHost || (await isSilent(directory))) {
          slot = await tryTake(directory);
        }
      } catch (error) {
        options.onProblem(directory, error);
      }
      if (slot) {
        yield new ExecutorSlot({ ...slot, isOfThisHost });
      }
    }
  }

  private constructor(
    options: TakenSlot & { isOfThisHost: boolean; beatMs?: number },
  ) {
    this.directory = options.directory;
    this.isOfThisHost = options.isOfThisHost;
    this.#ownerFile = options.ownerFile;
    this.#beat = setInterval(
      () => void this.#renew(),
      options.beatMs ?? BEAT_MILLISECONDS,
    ).unref();
  }

  get runs(): string {
    return join(this.directory, 'runs');
  }

  get storage(): string {
    return join(this.directory, 'storage');
  }

  /** Lets another process have the slot. */
  async release(): Promise<void> {
    clearInterval(this.#beat);
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

  /** Removes the slot with all in it. Nobody can take it meanwhile: it goes by another name. */
  async remove(): Promise<void> {
    const aside = `${this.directory}~removed-${randomUUID()}`;
    try {
      await rename(this.directory, aside);
    } catch (error) {
      await this.release();
      throw error;
    }
    clearInterval(this.#beat);
    await removeTree(aside);
  }

  async #renew(): Promise<void> {
    const now = new Date();
    // A disk that fails for a moment is asked again; without its file the slot is another's by now.
    await utimes(this.#ownerFile, now, now).catch(() => undefined);
  }
}

type TakenSlot = { directory: string; ownerFile: string };

async function tryTake(directory: string): Promise<TakenSlot | undefined> {
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
  const temporary = temporaryFile(directory);
  try {
    await writeFile(temporary, JSON.stringify(await ownerHere()), {
      mode: 0o600,
    });
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
  const state = await stateOf(owner);
  return state === 'unknown' ? !(await isSilentFile(path)) : state === 'alive';
}

/** Whether nobody has held or let go a slot for long. */
async function isSilent(directory: string): Promise<boolean> {
  const latest = (await ownerNumbers(directory)).at(-1);
  return (
    latest !== undefined && (await isSilentFile(ownerFile(directory, latest)))
  );
}

/** A file that has just gone is another owner's by now. */
async function isSilentFile(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return (
    found !== undefined && Date.now() - found.mtimeMs > SILENT_FOR_MILLISECONDS
  );
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

function codeOf(error: unknown): unknown {
  return isError(error) ? error.code : undefined;
}
