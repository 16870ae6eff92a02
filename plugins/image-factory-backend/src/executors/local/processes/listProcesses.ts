import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { bootId } from './bootId';

/** A process that lives. */
export type ProcessInfo = {
  pid: number;
  parent: number;
  group: number;
  /** When it was started, in the system's own words: tells a process from a later one of the same id. */
  startedAt: string;
};

/** All living processes of this machine; those that have ended and wait to be reaped are left out. */
export async function listProcesses(): Promise<ProcessInfo[]> {
  return process.platform === 'linux' ? listFromProc() : listFromPs([]);
}

/** One process; undefined where it does not live. */
export async function readProcess(
  pid: number,
): Promise<ProcessInfo | undefined> {
  if (process.platform === 'linux') {
    return readFromProc(pid, await bootId());
  }
  const [found] = await listFromPs(['-p', String(pid)]);
  return found;
}

async function listFromProc(): Promise<ProcessInfo[]> {
  const boot = await bootId();
  const names = await readdir('/proc');
  const found = await Promise.all(
    names
      .filter(name => /^[0-9]+$/.test(name))
      .map(name => readFromProc(Number(name), boot)),
  );
  return found.filter(info => info !== undefined);
}

async function readFromProc(
  pid: number,
  boot: string,
): Promise<ProcessInfo | undefined> {
  let text: string;
  try {
    text = await readFile(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The name stands in brackets and may hold anything, brackets too.
  const [state, parent, group, ...rest] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ');
  if (state === 'Z' || state === 'X') {
    return undefined;
  }
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    // The 22nd field of all, in ticks since the boot.
    startedAt: `${boot}:${rest[16]}`,
  };
}

async function listFromPs(selection: string[]): Promise<ProcessInfo[]> {
  const columns = 'pid=,ppid=,pgid=,stat=,lstart=';
  const { stdout } = await promisify(execFile)(
    'ps',
    selection.length > 0
      ? ['-o', columns, ...selection]
      : ['-A', '-o', columns],
    { env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' } },
  ).catch(() => ({ stdout: '' }));
  return stdout
    .split('\n')
    .map(line => /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S.*?)\s*$/.exec(line))
    .filter(match => match !== null)
    .filter(([, , , , state]) => !state.startsWith('Z'))
    .map(([, pid, parent, group, , startedAt]) => ({
      pid: Number(pid),
      parent: Number(parent),
      group: Number(group),
      startedAt,
    }));
}
