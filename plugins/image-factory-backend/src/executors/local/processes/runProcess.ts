import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { findKeeping, Keeping } from './keeping';
import { openOutputPair } from './openOutputPair';
import { readOutput } from './readOutput';
import { signalProcess } from './signalProcess';
import { KeptProcess, ProcessEnd, startKept } from './startKept';

/** Whoever cancels a build waits for no more than 5 s in all. */
const GRACE_MILLISECONDS = 2_000;
const GRACE_LOOK_MILLISECONDS = 50;
/** Commands of a build may last for less than the longest. */
const SHORTEST_LOOK_MILLISECONDS = 25;
const LONGEST_LOOK_MILLISECONDS = 1_000;

/** What to run. */
export type RunProcessOptions = {
  argv: [string, ...string[]];
  env: Record<string, string>;
  cwd: string;
  /** Gets all output in order; reading waits for it. */
  onOutput(bytes: Uint8Array): Promise<void>;
  /** Called once it lives, so that it can be found again after a crash of ours. */
  onStarted(pid: number): Promise<void>;
  /** Ends the process and all that has come of it: kindly, and after 2 s for good. */
  signal: AbortSignal;
  /** The best that the machine can, unless told otherwise. */
  keeping?: Keeping;
};

/**
 * Runs a process as leader of its own group, and comes back when it and all
 * that has come of it are gone and all output is handed over. What a daemon
 * does for it, as that of Docker, is the daemon's.
 */
export async function runProcess(
  options: RunProcessOptions,
): Promise<ProcessEnd> {
  const { argv, env, cwd, signal } = options;
  const keeping = options.keeping ?? (await findKeeping());
  const { reader, writer } = await openOutputPair();
  const started = await startKept({ argv, env, cwd, output: writer, keeping });
  writer.destroy();
  if ('type' in started) {
    reader.destroy();
    return started;
  }
  const output = readOutput(reader, options.onOutput);
  const watch = watchOver(started, signal);
  try {
    await options.onStarted(started.pid);
    const end = await started.ended;
    await watch.stop();
    await started.endAll();
    await output.drain();
    return end;
  } catch (error) {
    await watch.stop();
    await started.endAll();
    throw error;
  } finally {
    reader.destroy();
  }
}

/** Ends all when the signal aborts; keeps an eye on descendants until then where they can get away. */
function watchOver(process: KeptProcess, signal: AbortSignal) {
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const watch = (async () => {
    let pause = SHORTEST_LOOK_MILLISECONDS;
    while (!either.aborted) {
      if (process.isEnclosed) {
        await once(either, 'abort');
      } else {
        await process.tracker.look();
        await sleep(pause, either);
        pause = Math.min(2 * pause, LONGEST_LOOK_MILLISECONDS);
      }
    }
    if (!over.signal.aborted) {
      await endKindly(process, over.signal);
    }
  })();
  return {
    async stop(): Promise<void> {
      over.abort();
      await watch;
    },
  };
}

/** Asks each process to end, and kills after a while what has not heeded it. */
async function endKindly(
  { pid: root, tracker, isEnclosed }: KeptProcess,
  over: AbortSignal,
): Promise<void> {
  const asked = new Set<number>();
  const until = performance.now() + GRACE_MILLISECONDS;
  for (let looks = 0; !over.aborted && performance.now() < until; looks += 1) {
    for (const { pid, parent } of await tracker.look()) {
      // What waits outside of a namespace tells how the program inside has ended.
      const waits = isEnclosed && pid === root;
      // What is started later is how others tidy up, but for the program itself.
      const isLater = looks > 0 && !(isEnclosed && parent === root);
      if (!waits && !isLater && !asked.has(pid)) {
        asked.add(pid);
        signalProcess(pid, 'SIGTERM');
      }
    }
    await sleep(GRACE_LOOK_MILLISECONDS, over);
  }
  if (!over.aborted) {
    await tracker.signal('SIGKILL');
  }
}

async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal }).catch(() => undefined);
}
