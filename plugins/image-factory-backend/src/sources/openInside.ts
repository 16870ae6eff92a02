import { isError } from '@backstage/errors';
import { constants, Stats } from 'node:fs';
import { FileHandle, open, realpath } from 'node:fs/promises';
import { isInside } from './isInside';

const SWAPPED = new Set(['ELOOP', 'ENOTDIR', 'EMLINK']);

/** What was opened; with a path to it that stays right whatever becomes of its own, where the system has such paths. */
export type OpenedInside = { handle: FileHandle; path: string; stats: Stats };

/**
 * Opens a file or directory without following a link in its last part and
 * without waiting for a writer, and looks only then where it really lies: what
 * was looked at before can have been swapped since. Undefined where it lies
 * outside the root or has become a link.
 *
 * @param root - absolute, without symbolic links
 */
export async function openInside(
  path: string,
  root: string,
  type: 'file' | 'directory',
): Promise<OpenedInside | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(
      path,
      constants.O_RDONLY |
        constants.O_NOFOLLOW |
        constants.O_NONBLOCK |
        (type === 'directory' ? constants.O_DIRECTORY : 0),
    );
  } catch (error) {
    if (isError(error) && SWAPPED.has(String(error.code))) {
      return undefined;
    }
    throw error;
  }
  try {
    const stats = await handle.stat();
    const isWanted =
      type === 'directory' ? stats.isDirectory() : stats.isFile();
    const opened =
      process.platform === 'linux' ? `/proc/self/fd/${handle.fd}` : path;
    if (isWanted && isInside(await realpath(opened), root)) {
      return { handle, path: opened, stats };
    }
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}
