import { isError } from '@backstage/errors';
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { openOutputPair } from './openOutputPair';
import { ProcessTracker } from './ProcessTracker';

const GRACE_MILLISECONDS = 5_000;
const LOOK_MILLISECONDS = 1_000;
const DRAIN_MILLISECONDS = 1_000;
const MAX_KILL_LOOKS = 200;

/** How a process ended; `not-started` where there is no such program. */
export type ProcessEnd =
  | { type: 'exited'; exitCode: number }
  | { type: 'killed'; signal: NodeJS.Signals }
  | { type: 'not-started'; error: Error };

/** What to run. */
export type RunProcessOptions = {
  argv: [string, ...string[]];
  env: Record<string, string>;
  cwd: string;
  /** Gets all output in order; reading waits for it. */
  onOutput(bytes: Uint8Array): Promise<void>;
  /** Called once it lives, so that it can be found again after a crash of ours. */
  onStarted(pid: number): Promise<void>;
  /** Ends the process and all that has come of it: kindly, and after 5 s for good. */
  signal: AbortSignal;
};

/**
 * Runs a process as leader of its own group, and comes back when it and all
 * that has come of it are gone and all output is handed over.
 */
export async function runProcess(
  options: RunProcessOptions,
): Promise<ProcessEnd> {
  const { argv, env, cwd, signal } = options;
  const { reader, writer } = await openOutputPair();
  const [file, ...args] = argv;
  const child = spawn(file, args, {
    cwd,
    env,
    detached: true,
    shell: false,
    stdio: ['ignore', writer, writer],
  });
  const ended = new Promise<ProcessEnd>(resolve => {
    child.once('error', error => resolve({ type: 'not-started', error }));
    child.once('exit', (exitCode, killedBy) =>
      resolve(
        killedBy
          ? { type: 'killed', signal: killedBy }
          : { type: 'exited', exitCode: exitCode ?? 0 },
      ),
    );
  });
  writer.destroy();
  if (child.pid === undefined) {
    reader.destroy();
    return ended;
  }
  const tracker = new ProcessTracker(child.pid);
  const output = readOutput(reader, options.onOutput);
  const watch = watchOver(tracker, signal);
  try {
    await options.onStarted(child.pid);
    const end = await ended;
    await watch.stop();
    await killAll(tracker);
    await output.drain();
    return end;
  } catch (error) {
    await watch.stop();
    await killAll(tracker);
    throw error;
  } finally {
    reader.destroy();
  }
}

/** Keeps an eye on descendants, and ends all when the signal aborts. */
function watchOver(tracker: ProcessTracker, signal: AbortSignal) {
  const over = new AbortController();
  const watch = (async () => {
    while (!signal.aborted && !over.signal.aborted) {
      await tracker.look();
      const either = AbortSignal.any([signal, over.signal]);
      await delay(LOOK_MILLISECONDS, undefined, { signal: either }).catch(
        () => undefined,
      );
    }
    if (!over.signal.aborted) {
      await tracker.signal('SIGTERM');
      await delay(GRACE_MILLISECONDS, undefined, { signal: over.signal }).catch(
        () => undefined,
      );
      if (!over.signal.aborted) {
        await tracker.signal('SIGKILL');
      }
    }
  })();
  return {
    async stop(): Promise<void> {
      over.abort();
      await watch;
    },
  };
}

/**
 * The process itself is gone; what it has left behind goes now. Bounded, since
 * a process that hangs in the kernel does not go at all.
 */
async function killAll(tracker: ProcessTracker): Promise<void> {
  for (let looks = 0; looks < MAX_KILL_LOOKS; looks += 1) {
    if ((await tracker.signal('SIGKILL')) === 0) {
      return;
    }
    await delay(10);
  }
}

function readOutput(
  reader: Socket,
  onOutput: (bytes: Uint8Array) => Promise<void>,
) {
  let handedOver = 0;
  let busy = false;
  let failure: unknown;
  const reading = (async () => {
    try {
      for await (const bytes of reader) {
        busy = true;
        await onOutput(bytes);
        busy = false;
        handedOver += 1;
      }
    } catch (error) {
      failure = error;
      reader.destroy();
    }
  })();
  return {
    /**
     * The end of the stream comes when nobody holds the pipe any more. Where
     * somebody does whom the tracker has not seen, it is given up once silent.
     */
    async drain(): Promise<void> {
      let seen: number;
      let over = false;
      const end = reading.then(() => {
        over = true;
      });
      do {
        seen = handedOver;
        await Promise.race([end, delay(DRAIN_MILLISECONDS)]);
      } while (!over && (busy || handedOver > seen));
      reader.destroy();
      await end;
      if (failure && over && !isPremature(failure)) {
        throw failure;
      }
    },
  };
}

function isPremature(error: unknown): boolean {
  return isError(error) && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
