import {
  access,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The end of a name that `mkdtemp` has given. */
const UNFINISHED = /\.[A-Za-z0-9]{6}$/;

/** Nobody is still at it after that. */
const UNFINISHED_FOR_MS = 24 * 3600 * 1000;

/** Where what takes long to make is kept between clusters, in the user's cache folder. */
export function cacheFolder(environment = process.env): string {
  return join(
    environment.XDG_CACHE_HOME || join(homedir(), '.cache'),
    'image-factory/cluster',
  );
}

/** A folder beside its place in the cache: made there, moved when it is whole. */
export async function makeOnce(
  path: string,
  make: (unfinished: string) => Promise<void>,
): Promise<boolean> {
  if (await exists(path)) return false;
  await mkdir(dirname(path), { recursive: true });
  const folder = await mkdtemp(`${path}.`);
  try {
    const unfinished = join(folder, 'made');
    await make(unfinished);
    await rename(unfinished, path).catch(async error => {
      // Somebody else was faster; theirs is as good.
      if (!(await exists(path))) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return true;
}

/** Removes what commands that were killed have left unfinished. */
export async function removeUnfinished(now: Date): Promise<void> {
  for (const folder of [cacheFolder(), join(cacheFolder(), 'images')]) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter(each => UNFINISHED.test(each))) {
      const path = join(folder, name);
      const { mtimeMs } = await stat(path);
      if (now.getTime() - mtimeMs > UNFINISHED_FOR_MS) {
        await rm(path, { recursive: true, force: true });
      }
    }
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
