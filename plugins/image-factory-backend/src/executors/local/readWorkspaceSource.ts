import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

const MAX_BYTES = 1024 * 1024;

/** Text of a file of the copied source; undefined where it is absent, too large or outside. */
export function readWorkspaceSource(
  source: string,
  path: string,
): string | undefined {
  const found = locate(source, path);
  if (!found || !statSync(found).isFile() || statSync(found).size > MAX_BYTES) {
    return undefined;
  }
  return readFileSync(found, 'utf8');
}

/** The names in a folder of the copied source; undefined where there is no such folder. */
export function listWorkspaceSource(
  source: string,
  path: string,
): string[] | undefined {
  const found = locate(source, path);
  return found && statSync(found).isDirectory()
    ? readdirSync(found)
    : undefined;
}

function locate(source: string, path: string): string | undefined {
  try {
    const root = realpathSync(source);
    const found = realpathSync(join(root, path));
    return found === root || found.startsWith(`${root}${sep}`)
      ? found
      : undefined;
  } catch {
    return undefined;
  }
}
