import { readFile, readdir } from 'node:fs/promises';

/** The processes of a program whose command line names a path. */
export async function processesNaming(
  program: string,
  path: string,
): Promise<number[]> {
  const pids = (await readdir('/proc')).filter(each => /^\d+$/.test(each));
  const found = await Promise.all(
    pids.map(async pid => {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(
        () => '',
      );
      const [command, ...args] = line.split('\0');
      return command.split('/').pop() === program &&
        args.some(each => each === path)
        ? Number(pid)
        : undefined;
    }),
  );
  return found.filter(pid => pid !== undefined);
}
