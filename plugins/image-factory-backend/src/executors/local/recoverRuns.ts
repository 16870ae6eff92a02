import { LoggerService } from '@backstage/backend-plugin-api';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findProcessesIn, ProcessTracker, readProcess } from './processes';
import { removeTree } from './removeTree';
import { RecordedProcess, RunOwner, workspaceNotes } from './RunWorkspace';

const MAX_KILL_LOOKS = 200;

/**
 * Finds the workspaces of dead processes of this instance, ends what still runs
 * for them and removes them. A recorded process is ended only where its start
 * time is the recorded one: its id may be another's by now. Tells whether
 * workspaces are left that are others' to remove.
 */
export async function recoverRuns(options: {
  directory: string;
  instance: string;
  logger: LoggerService;
}): Promise<{ othersRun: boolean }> {
  const { directory, instance, logger } = options;
  let othersRun = false;
  for (const name of await readdir(directory)) {
    const workspace = join(directory, name);
    const owner = await readOwner(workspace);
    if (owner && (owner.instance !== instance || (await isAlive(owner)))) {
      othersRun = true;
      continue;
    }
    const ended = await endProcesses(workspace);
    await removeTree(workspace);
    logger.info(
      `Removed what run ${name} had left behind (${ended} processes ended)`,
    );
  }
  return { othersRun };
}

async function endProcesses(workspace: string): Promise<number> {
  let ended = 0;
  for (const recorded of await readProcesses(workspace)) {
    const found = await readProcess(recorded.pid);
    if (found?.startedAt === recorded.startedAt) {
      ended += await endAll(new ProcessTracker(recorded.pid));
    }
  }
  // Killed between the start of a process and its record, we have no note of it.
  for (const { pid } of await findProcessesIn(await realpath(workspace))) {
    ended += await endAll(new ProcessTracker(pid));
  }
  return ended;
}

async function endAll(tracker: ProcessTracker): Promise<number> {
  const ended = await tracker.signal('SIGKILL');
  for (let looks = 0; looks < MAX_KILL_LOOKS; looks += 1) {
    if ((await tracker.signal('SIGKILL')) === 0) {
      break;
    }
    await delay(10);
  }
  return ended;
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
