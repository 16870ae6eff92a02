import { spawn } from 'node:child_process';
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../Problem';
import { ClusterFolder } from './ClusterFolder';
import { lastLines } from './run';

const LOOK_EVERY_MS = 100;
const DEFAULT_DEADLINE_MS = 60_000;
const TERMINATION_MS = 10_000;

/** A program that stays when the command that has started it ends. */
export type Daemon = {
  /** Of its pid file and its log. */
  name: string;
  command: string;
  /** One of them names something in the cluster's folder: that tells the process from another with its number. */
  args: string[];
  env?: NodeJS.ProcessEnv;
  /** Tells whether it does what it is for. */
  isReady(): Promise<boolean>;
  deadlineMs?: number;
  /** What to do where it does not start; its last log lines are shown either way. */
  nextStep?: string;
};

/** Starts a daemon unless it runs, and waits until it is ready. Tells whether it had to be started. */
export async function ensureRunning(
  folder: ClusterFolder,
  daemon: Daemon,
): Promise<boolean> {
  let pid = await findPid(folder, daemon.name);
  const logged = await sizeOf(folder.log(daemon.name));
  const started = pid === undefined;
  pid ??= await start(folder, daemon);
  const deadline =
    performance.now() + (daemon.deadlineMs ?? DEFAULT_DEADLINE_MS);
  while (!(await daemon.isReady().catch(() => false))) {
    const ended = !(await isOurs(folder, pid));
    if (ended || performance.now() > deadline) {
      throw new Problem(
        ended
          ? `${daemon.name} has ended before it was ready`
          : `${daemon.name} was not ready in time`,
        daemon.nextStep ??
          `read ${folder.log(
            daemon.name,
          )}, then run \`npm run cluster -- down\` and \`up\` again`,
        await readLog(folder, daemon.name, started ? logged : 0),
      );
    }
    await delay(LOOK_EVERY_MS);
  }
  return started;
}

/** The process of a daemon, where it lives. */
export async function findPid(
  folder: ClusterFolder,
  name: string,
): Promise<number | undefined> {
  const text = await readFile(folder.pidFile(name), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 0 && (await isOurs(folder, pid)) ? pid : undefined;
}

/** Ends a daemon: asks first, unless told to kill. Tells whether it lived. */
export async function stopDaemon(
  folder: ClusterFolder,
  name: string,
  signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM',
): Promise<boolean> {
  const pid = await findPid(folder, name);
  if (pid !== undefined) {
    signalProcess(pid, signal);
    if (!(await isGone(folder, pid, TERMINATION_MS))) {
      signalProcess(pid, 'SIGKILL');
      await isGone(folder, pid, TERMINATION_MS);
    }
  }
  await rm(folder.pidFile(name), { force: true });
  return pid !== undefined;
}

/** The last lines of a daemon's log, from a position on. */
export async function readLog(
  folder: ClusterFolder,
  name: string,
  from = 0,
): Promise<string> {
  const log = await readFile(folder.log(name)).catch(() => Buffer.alloc(0));
  return lastLines(log.subarray(from).toString());
}

/** Sends a signal to a process that may have ended meanwhile. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

async function start(folder: ClusterFolder, daemon: Daemon): Promise<number> {
  await mkdir(folder.of('logs'), { recursive: true });
  const log = await open(folder.log(daemon.name), 'a', 0o600);
  try {
    const child = spawn(daemon.command, daemon.args, {
      cwd: folder.path,
      env: { ...process.env, ...daemon.env },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', error =>
        reject(
          new Problem(
            `${daemon.name} could not be started (${error.message})`,
            `see that ${daemon.command} is there, then run this again`,
          ),
        ),
      );
    });
    child.unref();
    await folder.write(folder.pidFile(daemon.name), `${child.pid}\n`);
    return child.pid!;
  } finally {
    await log.close();
  }
}

/** A number may have gone to another process since, after a reboot above all: ours name something in the folder. */
async function isOurs(folder: ClusterFolder, pid: number): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(
    () => '',
  );
  // A process that has ended and waits for its parent has none.
  return commandLine.includes(`${folder.path}/`);
}

async function isGone(
  folder: ClusterFolder,
  pid: number,
  withinMs: number,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  while (await isOurs(folder, pid)) {
    if (performance.now() > deadline) return false;
    await delay(LOOK_EVERY_MS);
  }
  return true;
}

async function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    ({ size }) => size,
    () => 0,
  );
}
