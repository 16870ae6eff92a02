import { ChildProcess, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { Enclosure } from './Enclosure';
import { findExecutable, isExecutable } from '../findExecutable';
import { inPidNamespace, Keeping } from './keeping';
import { killAll } from './killAll';
import { ProcessTracker } from './ProcessTracker';

/** How a process ended; `not-started` where there is no such program. */
export type ProcessEnd =
  | { type: 'exited'; exitCode: number }
  | { type: 'killed'; signal: NodeJS.Signals }
  | { type: 'not-started'; error: Error };

/** A process that was started, as leader of its own group. */
export type KeptProcess = {
  pid: number;
  ended: Promise<ProcessEnd>;
  tracker: ProcessTracker;
  /** Whether nothing that comes of it can get away. */
  isEnclosed: boolean;
  /** Kills it and all that has come of it, and resolves once that is gone. */
  endAll(): Promise<void>;
};

/** Starts a process, kept together with all that will come of it as well as the machine can. */
export async function startKept(options: {
  argv: [string, ...string[]];
  env: Record<string, string>;
  cwd: string;
  output: Socket;
  keeping: Keeping;
}): Promise<KeptProcess | (ProcessEnd & { type: 'not-started' })> {
  const { argv, env, cwd, output, keeping } = options;
  const isEnclosed = keeping.by === 'pid-namespace';
  if (isEnclosed && !(await canBeStarted(argv[0], env))) {
    return { type: 'not-started', error: noSuch(argv[0]) };
  }
  const [file, ...args] = isEnclosed
    ? inPidNamespace(keeping.programs, argv)
    : argv;
  const child = spawn(file, args, {
    cwd,
    env,
    detached: true,
    shell: false,
    stdio: ['ignore', output, output, ...(isEnclosed ? ['pipe' as const] : [])],
  });
  const { pid } = child;
  if (pid === undefined) {
    return new Promise(resolve =>
      child.once('error', error => resolve({ type: 'not-started', error })),
    );
  }
  const enclosure = isEnclosed ? new Enclosure(child.stdio[3]) : undefined;
  const tracker = new ProcessTracker(pid, { byMountNamespace: !isEnclosed });
  return {
    pid,
    ended: endOf(child).then(async end =>
      enclosure && end.type !== 'not-started' && !(await enclosure.wasReady())
        ? { type: 'not-started', error: notEnclosed(end) }
        : end,
    ),
    tracker,
    isEnclosed,
    async endAll() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
      }
      if (!(await enclosure?.end())) {
        await killAll(tracker);
      }
      await tracker.close();
    },
  };
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise(resolve => {
    child.once('error', error => resolve({ type: 'not-started', error }));
    child.once('exit', (exitCode, killedBy) =>
      resolve(
        killedBy
          ? { type: 'killed', signal: killedBy }
          : { type: 'exited', exitCode: exitCode ?? 0 },
      ),
    );
  });
}

/** What starts it in a namespace would tell by an exit code, as a build does that has failed. */
async function canBeStarted(
  file: string,
  env: Record<string, string>,
): Promise<boolean> {
  return file.includes('/')
    ? isExecutable(file)
    : (await findExecutable(file, env.PATH ?? '')) !== undefined;
}

function noSuch(file: string): Error {
  return Object.assign(new Error(`spawn ${file} ENOENT`), { code: 'ENOENT' });
}

/** The machine had no namespace for it: no fault of what was to run. */
function notEnclosed(end: ProcessEnd): Error {
  const how =
    end.type === 'killed'
      ? `signal ${end.signal}`
      : `exit code ${end.type === 'exited' ? end.exitCode : 'none'}`;
  return new Error(
    `its processes could not be enclosed in a pid namespace (unshare or nsenter ended with ${how})`,
  );
}
