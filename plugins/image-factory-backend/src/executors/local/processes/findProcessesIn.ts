import { readdir, readFile } from 'node:fs/promises';
import { sep } from 'node:path';
import { ProcessInfo, readProcess } from './listProcesses';

/**
 * The living processes whose HOME or TMPDIR is a place in a
 * directory. Knows of those as well that nobody has noted, and not of a shell
 * in which somebody looks around there. On Linux only.
 *
 * @param directory - absolute, without symbolic links
 */
export async function findProcessesIn(
  directory: string,
): Promise<ProcessInfo[]> {
  if (process.platform !== 'linux') return [];
  const names = await readdir('/proc');
  const found = await Promise.all(
    names
      .filter(name => /^[0-9]+$/.test(name) && Number(name) !== process.pid)
      .map(async name =>
        (await livesIn(name, directory))
          ? readProcess(Number(name))
          : undefined,
      ),
  );
  return found.filter(info => info !== undefined);
}

/** What has ended meanwhile, or may not be looked at, does not. */
async function livesIn(pid: string, directory: string): Promise<boolean> {
  const variables = await readFile(`/proc/${pid}/environ`, 'latin1').catch(
    () => '',
  );
  return variables
    .split('\0')
    .some(
      variable =>
        /^(HOME|TMPDIR)=/.test(variable) &&
        variable.includes(`=${directory}${sep}`),
    );
}
