import { readFile } from 'node:fs/promises';
import { tryToRun } from './run';

/** Unmounts everything below a folder, the innermost first. */
export async function unmountBelow(folder: string): Promise<void> {
  const mounts = mountPointsBelow(
    await readFile('/proc/self/mounts', 'utf8'),
    folder,
  );
  for (const path of mounts) {
    const { code } = await tryToRun('umount', [path]);
    // Somebody looks at it still: it goes once they are done.
    if (code !== 0) await tryToRun('umount', ['--lazy', path]);
  }
}

/** The mount points below a folder, in the order in which they can be unmounted. */
export function mountPointsBelow(mounts: string, folder: string): string[] {
  return mounts
    .split('\n')
    .map(line => line.split(' ')[1] ?? '')
    .map(path =>
      path.replace(/\\([0-7]{3})/g, (_, octal) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      ),
    )
    .filter(path => path.startsWith(`${folder}/`))
    .reverse();
}
