import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Where Debian's package busybox-static puts it. */
export const BUSYBOX = '/bin/busybox';

/** A `describe`; where a program is missing, one that is skipped and whose title says so. */
export function describeWith(
  programs: string | string[],
  title: string,
  body: () => void,
): void {
  const missing = [programs].flat().filter(each => !isInstalled(each));
  describeWhere(missing.length === 0, missing.join(' and '), title, body);
}

/** The same for busybox, which tests put into images and which must need no libraries there. */
export function describeWithStaticBusybox(
  title: string,
  body: () => void,
  programs: string[] = [],
): void {
  const needed = ['buildah', ...programs];
  describeWhere(
    needed.every(isInstalled) && isStatic(BUSYBOX),
    [...needed, 'busybox-static'].join(' or '),
    title,
    body,
  );
}

/** The same for mounts, which take rights that few users have. */
export function describeWithMounts(title: string, body: () => void): void {
  describeWhere(isAllowed('--mount'), 'the right to mount', title, body);
}

/** The same for processes that see no others, as those of a container. */
export function describeWithOwnProcesses(
  title: string,
  body: () => void,
): void {
  describeWhere(
    isAllowed('--pid', '--fork', '--mount-proc'),
    'the right to have processes apart from others',
    title,
    body,
  );
}

function isAllowed(...flags: string[]): boolean {
  try {
    execFileSync('unshare', [...flags, 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function describeWhere(
  installed: boolean,
  program: string,
  title: string,
  body: () => void,
): void {
  const choice = installed ? describe : describe.skip;
  choice(installed ? title : `${program} is missing: ${title}`, body);
}

function isInstalled(program: string): boolean {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A program that needs libraries names its loader near its beginning. */
function isStatic(path: string): boolean {
  return (
    existsSync(path) &&
    !readFileSync(path).subarray(0, 8192).includes('/ld-linux')
  );
}
