import { spawn } from 'node:child_process';
import { followParent } from './followParent.mjs';

const FORCE_AFTER_MS = 10_000;
const running = new Set();
let stopping = false;

/**
 * Starts a process in a group of its own. A Ctrl-C in the terminal then
 * reaches only this process, which passes it on once, so that no child gets it
 * twice and none is left behind.
 */
export function startChild(command, args, options) {
  const child = spawn(command, args, { ...options, detached: true });
  running.add(child);
  child.once('close', () => running.delete(child));
  child.once('error', () => running.delete(child));
  return child;
}

/** Signals the child and everything that it started. */
export function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is already gone.
  }
}

/** Ends a child with its group and waits until it is gone. */
export async function stopChild(child, signal = 'SIGTERM') {
  if (running.has(child)) {
    const closed = new Promise(resolve => child.once('close', resolve));
    signalGroup(child, signal);
    const force = setTimeout(
      () => signalGroup(child, 'SIGKILL'),
      FORCE_AFTER_MS,
    );
    await closed;
    clearTimeout(force);
  }
  signalGroup(child, 'SIGKILL');
}

/**
 * Makes Ctrl-C and SIGTERM end the children first. A second one no longer
 * waits for them.
 */
export function endChildrenOnSignals() {
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach(signal =>
    process.on(signal, () => passOn(signal)),
  );
  followParent(() => passOn('SIGTERM'));
}

function passOn(signal) {
  if (stopping || running.size === 0) {
    running.forEach(child => signalGroup(child, 'SIGKILL'));
    process.exit(130);
  }
  stopping = true;
  running.forEach(child => signalGroup(child, signal));
}

export function isStopping() {
  return stopping;
}
