import { LoggerService } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import { execFile } from 'node:child_process';
import { readFile, realpath } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isInside } from '../../sources';

const UNMOUNT_MILLISECONDS = 10_000;

/**
 * Takes off the mounts below a directory. Builders that run as root mount their
 * store on itself, and leave that behind where they are ended before their
 * time; the directory could then never be removed. Only for a directory that no
 * process uses any more.
 */
export async function unmountBelow(
  directory: string,
  logger: LoggerService,
): Promise<void> {
  const mounts = await mountPointsBelow(directory);
  for (const mount of mounts) {
    try {
      await promisify(execFile)('umount', [mount], {
        timeout: UNMOUNT_MILLISECONDS,
      });
    } catch (error) {
      logger.warn(
        `${mount} is still mounted and could not be unmounted; unmount it by hand before you remove the folder: ${
          isError(error) ? error.message : error
        }`,
      );
    }
  }
}

/** The deepest and latest first. Empty where the system has no such list, as on macOS. */
export async function mountPointsBelow(directory: string): Promise<string[]> {
  const table = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  const below = await realpath(directory).catch(() => directory);
  return table
    .split('\n')
    .flatMap(line => line.split(' ')[4] ?? [])
    .map(unescapePath)
    .filter(path => path !== below && isInside(path, below))
    .reverse();
}

/** The kernel writes blanks and backslashes as three octal digits. */
function unescapePath(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
