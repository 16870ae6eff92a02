import {
  existsSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  realpathSync,
} from 'node:fs';
import { join, sep } from 'node:path';

/** The workspaces of builds below a portal's data directory. */
export function workspaces(dataDirectory: string): string[] {
  const local = join(dataDirectory, 'local');
  if (!existsSync(local)) return [];
  return readdirSync(local).flatMap(slot =>
    readdirSync(join(local, slot, 'runs')).map(name =>
      join(local, slot, 'runs', name),
    ),
  );
}

/** The id of the process that builds in a workspace. */
export function ownerOf(workspace: string): number {
  return JSON.parse(readFileSync(join(workspace, 'owner.json'), 'utf8')).pid;
}

/** All files in the store of blobs, by their path in it; half-written ones end in `.part`. */
export function blobs(dataDirectory: string): string[] {
  const store = join(dataDirectory, 'blobs');
  if (!existsSync(store)) return [];
  return readdirSync(store, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(store.length + 1));
}

/** What is mounted below a directory. */
export function mountsBelow(directory: string): string[] {
  const below = `${realpathSync(directory)}${sep}`;
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap(line => line.split(' ')[4] ?? [])
    .filter(path => path.startsWith(below));
}

/** The command lines of processes that stand in a directory or have a variable that names a place in it. */
export function processesIn(directory: string): string[] {
  const below = `${realpathSync(directory)}${sep}`;
  return readdirSync('/proc')
    .filter(name => /^[0-9]+$/.test(name) && Number(name) !== process.pid)
    .filter(pid => worksIn(pid, below))
    .map(
      pid => `${pid}: ${read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`,
    );
}

/** The ids of processes that have a word among their arguments: also of those that stand nowhere and have no variable. */
export function processesWith(word: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^[0-9]+$/.test(name))
    .filter(pid => read(`/proc/${pid}/cmdline`).split('\0').includes(word))
    .map(Number);
}

/** The names of the runs below a portal's data directory, without symbolic links in its path, for which a process lives right now. */
export function livingRuns(dataDirectory: string): Set<string> {
  const start = `HOME=${join(dataDirectory, 'local')}${sep}`;
  const runs = readdirSync('/proc')
    .filter(name => /^[0-9]+$/.test(name))
    .flatMap(pid => read(`/proc/${pid}/environ`).split('\0'))
    .filter(variable => variable.startsWith(start))
    .flatMap(variable => /\/runs\/([^/]+)\/home$/.exec(variable)?.[1] ?? []);
  return new Set(runs);
}

function worksIn(pid: string, below: string): boolean {
  let standsIn = '';
  try {
    standsIn = `${readlinkSync(`/proc/${pid}/cwd`)}${sep}`;
  } catch {
    // It has ended meanwhile.
  }
  return (
    standsIn.startsWith(below) ||
    read(`/proc/${pid}/environ`)
      .split('\0')
      .some(variable => variable.includes(`=${below}`))
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
