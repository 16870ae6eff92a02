import { spawn } from 'node:child_process';
import { findExecutable } from '../findExecutable';

const PROBE_MILLISECONDS = 5_000;
const PROBES = 2;
/** Where they are on common systems, whatever the PATH of the portal says. */
const USUAL_PATH = '/usr/bin:/bin:/usr/sbin:/sbin';
const PROGRAMS = ['unshare', 'nsenter', 'mount', 'cat', 'sh'] as const;

/** Where the programs are that make a pid namespace. */
export type NamespacePrograms = Record<(typeof PROGRAMS)[number], string>;

/**
 * By what all that has come of a process is kept together, so that it can be
 * ended with it. Out of a pid namespace nothing gets, and the kernel ends all
 * of it at once, also where the portal was killed. A process group is left by
 * whatever detaches itself.
 */
export type Keeping =
  | { by: 'pid-namespace'; programs: NamespacePrograms }
  | { by: 'process-group'; reason: string };

let known: Promise<Keeping> | undefined;

/** The best that this machine allows to this user; tried once. */
export function findKeeping(): Promise<Keeping> {
  known ??= find();
  return known;
}

/**
 * $0 and the first three arguments are programs; the others are what to run. The
 * first process of the namespace is no builder but a shell that takes in
 * orphans, since a first process is deaf to most signals. It lives for as long
 * as the other end of file descriptor 3 is open, on which its id is told as it
 * is outside; what is to run follows it into the namespace, and says there that
 * all went well so far.
 *
 * What waits outside ends as the program has ended, by the same exit code or
 * the same signal. `unshare --fork` would not do: it cannot tell of a child
 * that it was ended by SIGKILL.
 */
const SCRIPT = `
cat=$1 mount=$2 sh=$3
shift 3
(trap '' TERM INT HUP; "$cat" <&3 & wait "$!") </dev/null >/dev/null 2>&1 &
echo "$!" >&3
"$mount" -t proc -o nosuid,nodev,noexec proc /proc || kill -TERM "$$"
exec "$0" --pid=/proc/1/ns/pid -- "$sh" -c 'echo ready >&3; exec "$@" 3<&-' sh "$@"
`;

/**
 * The command that runs another in a pid namespace of its own, with a `/proc`
 * that shows only that. File descriptor 3 has to be a pipe in both directions:
 * it tells the id of the namespace's first process and then that it is ready,
 * and when its other end is closed, by us or by our death, the kernel kills all that is in the namespace.
 */
export function inPidNamespace(
  programs: NamespacePrograms,
  argv: string[],
): [string, ...string[]] {
  const { unshare, nsenter, mount, cat, sh } = programs;
  return [
    unshare,
    '--pid',
    '--mount',
    // Mounts of builders go with the namespace; those of the machine still come in.
    '--propagation',
    'slave',
    '--',
    ...[sh, '-c', SCRIPT],
    ...[nsenter, cat, mount, sh],
    ...argv,
  ];
}

async function find(): Promise<Keeping> {
  if (process.platform !== 'linux') {
    return { by: 'process-group', reason: 'only Linux has pid namespaces' };
  }
  const path = `${process.env.PATH ?? ''}:${USUAL_PATH}`;
  const programs: Partial<NamespacePrograms> = {};
  for (const name of PROGRAMS) {
    programs[name] = await findExecutable(name, path);
  }
  if (!areAllThere(programs)) {
    const missing = PROGRAMS.filter(name => programs[name] === undefined);
    return {
      by: 'process-group',
      reason: `${missing.join(', ')} cannot be found on this machine`,
    };
  }
  let reason: string | undefined;
  // A busy machine may let one try take too long.
  for (let probes = 0; probes < PROBES; probes += 1) {
    reason = await whyNoPidNamespace(programs);
    if (reason === undefined) return { by: 'pid-namespace', programs };
  }
  return { by: 'process-group', reason: `${reason}` };
}

function areAllThere(
  programs: Partial<NamespacePrograms>,
): programs is NamespacePrograms {
  return PROGRAMS.every(name => programs[name] !== undefined);
}

/** Tries what is needed of it: that it can be made, what it shows, and that an end by SIGKILL is told. */
async function whyNoPidNamespace(
  programs: NamespacePrograms,
): Promise<string | undefined> {
  const [file, ...args] = inPidNamespace(programs, [
    programs.sh,
    '-c',
    'test -d "/proc/$$" && test "$$" -lt 100 && kill -KILL "$$"',
  ]);
  const child = spawn(file, args, {
    env: {},
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    timeout: PROBE_MILLISECONDS,
    killSignal: 'SIGTERM',
  });
  let told = '';
  child.stderr?.on('data', chunk => {
    told += chunk;
  });
  try {
    return await new Promise<string | undefined>(resolve => {
      child.once('error', error => resolve(error.message));
      child.once('exit', () => child.stdio[3]?.destroy());
      child.once('close', (exitCode, signal) =>
        resolve(
          signal === 'SIGKILL'
            ? undefined
            : told.trim().split('\n').at(-1) ||
                `the try ended with ${signal ?? exitCode}`,
        ),
      );
    });
  } finally {
    child.stdio[3]?.destroy();
  }
}
