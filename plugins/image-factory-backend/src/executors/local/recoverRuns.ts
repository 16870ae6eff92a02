import { LoggerService } from '@backstage/backend-plugin-api';
import { isError } from '@backstage/errors';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import {
  findProcessesIn,
  killAll,
  ProcessTracker,
  readProcess,
} from './processes';
import { removeTree } from './removeTree';
import { RecordedProcess, RunOwner, workspaceNotes } from './RunWorkspace';

/** What is left of a folder of workspaces once it was cleared. */
export type RecoveredRuns = {
  /** Whether workspaces are left that are others' to remove. */
  othersRun: boolean;
  /** Workspaces that could not be cleared; the next try may. */
  stuck: string[];
};

/**
 * Finds the workspaces of dead processes of this instance, ends what still runs
 * for them and then removes them. A recorded process is ended only where its
 * start time is the recorded one: its id may be another's by now. A workspace
 * that cannot be cleared keeps none of the others from it.
 */
export async function recoverRuns(options: {
  directory: string;
  instance: string;
  logger: LoggerService;
  /** The workspaces to look at; all that are there unless told otherwise. */
  names?: string[];
}): Promise<RecoveredRuns> {
  const { directory, instance, logger } = options;
  const left: { name: string; ended: number }[] = [];
  const stuck = new Set<string>();
  let othersRun = false;
  for (const name of options.names ?? (await readdir(directory))) {
    try {
      const owner = await readOwner(join(directory, name));
      if (owner && (owner.instance !== instance || (await isAlive(owner)))) {
        othersRun = true;
      } else {
        left.push({ name, ended: await endProcesses(join(directory, name)) });
      }
    } catch (error) {
      stuck.add(name);
      logger.warn(
        `What runs for ${name}, which is left behind in ${directory}, could not be ended; it is tried again: ${inWords(
          error,
        )}`,
      );
    }
  }
  // Nothing of any of them runs any more, whatever becomes of their files.
  for (const { name, ended } of left) {
    try {
      await removeTree(join(directory, name));
      logger.info(
        `Removed what run ${name} had left behind (${ended} processes ended)`,
      );
    } catch (error) {
      stuck.add(name);
      logger.warn(
        `What run ${name} has left in ${join(
          directory,
          name,
        )} could not be removed; it is tried again. Unmount what is mounted there, or remove it by hand: ${inWords(
          error,
        )}`,
      );
    }
  }
  return { othersRun, stuck: [...stuck] };
}

async function endProcesses(workspace: string): Promise<number> {
  let ended = 0;
  for (const recorded of await readProcesses(workspace)) {
    const found = await readProcess(recorded.pid);
    if (found?.startedAt === recorded.startedAt) {
      ended += await endAll(recorded.pid);
    }
  }
  // Killed between the start of a process and its record, we have no note of it.
  const place = await realpath(workspace).catch(() => undefined);
  for (const { pid } of place ? await findProcessesIn(place) : []) {
    ended += await endAll(pid);
  }
  return ended;
}

async function endAll(pid: number): Promise<number> {
  const tracker = new ProcessTracker(pid, { byMountNamespace: true });
  try {
    return await killAll(tracker);
  } finally {
    await tracker.close();
  }
}

function inWords(error: unknown): string {
  return isError(error) ? error.message : String(error);
}

async function isAlive(owner: RunOwner): Promise<boolean> {
  const found = await readProcess(owner.pid);
  return found !== undefined && found.startedAt === owner.startedAt;
}

/** Undefined where the workspace was left before its owner was noted. */
async function readOwner(workspace: string): Promise<RunOwner | undefined> {
  const value = await readJson(join(workspace, workspaceNotes.owner));
  return isOwner(value) ? value : undefined;
}

async function readProcesses(workspace: string): Promise<RecordedProcess[]> {
  const directory = join(workspace, workspaceNotes.processes);
  const names = await readdir(directory).catch(() => []);
  const values = await Promise.all(
    names.map(name => readJson(join(directory, name))),
  );
  return values.filter(isRecordedProcess);
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function isRecordedProcess(value: unknown): value is RecordedProcess {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    'startedAt' in value &&
    typeof value.startedAt === 'string'
  );
}

function isOwner(value: unknown): value is RunOwner {
  return (
    isRecordedProcess(value) &&
    'instance' in value &&
    typeof value.instance === 'string'
  );
}
