import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { say } from './say.mjs';

const LOOK_EVERY_MS = 500;

/**
 * Lets one process at a time into `work`. The file holds the holder's process
 * id, so that the lock of a killed process is seen to be stale.
 */
export async function withLock(path, work, isAlive = isProcessAlive) {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  while (!tryToLock(path)) {
    const holder = readHolder(path);
    if (holder !== undefined && !isAlive(holder)) {
      removeStale(path, isAlive);
      continue;
    }
    if (!told && holder !== undefined) {
      say(
        `Another run (process ${holder}) is setting up this checkout: waiting until it has finished`,
      );
      told = true;
    }
    await delay(LOOK_EVERY_MS);
  }
  const unlock = () => {
    if (readHolder(path) === process.pid) {
      rmSync(path, { force: true });
    }
  };
  process.once('exit', unlock);
  try {
    return await work();
  } finally {
    process.off('exit', unlock);
    unlock();
  }
}

/** The file appears under its name with its content in it, never empty. */
function tryToLock(path) {
  const mine = `${path}.${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    rmSync(mine, { force: true });
  }
}

/**
 * Between looking and removing, someone else may have taken the lock over: what
 * was moved away is looked at once more, and put back if it is alive.
 */
function removeStale(path, isAlive) {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  const holder = readHolder(aside);
  if (holder !== undefined && isAlive(holder)) {
    linkSync(aside, path);
  }
  rmSync(aside, { force: true });
}

function readHolder(path) {
  try {
    return Number(readFileSync(path, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}

function isProcessAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
