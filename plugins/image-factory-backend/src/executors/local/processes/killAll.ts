import { setTimeout as delay } from 'node:timers/promises';
import { ProcessTracker } from './ProcessTracker';

const MAX_LOOKS = 200;
const LONGEST_PAUSE_MILLISECONDS = 10;

/**
 * Kills a process and all that is known to have come of it, and waits until
 * that is gone. Bounded, since a process that hangs in the kernel does not go
 * at all. Returns how many there were.
 */
export async function killAll(tracker: ProcessTracker): Promise<number> {
  const first = await tracker.signal('SIGKILL');
  let left = first;
  for (let looks = 1; left > 0 && looks < MAX_LOOKS; looks += 1) {
    await delay(Math.min(looks, LONGEST_PAUSE_MILLISECONDS));
    left = await tracker.signal('SIGKILL');
  }
  return first;
}
