import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { listProcesses } from '../processes';

/** Of this file alone: ids of processes come again, and a process may have been left by what was killed. */
const MARK = randomInt(1e6, 1e9);
let marks = 0;

/** Seconds for `sleep` that no other sleeps for, so that its process can be told from all others, also out of a pid namespace. */
export function someSeconds(): string {
  marks += 1;
  return `${MARK}.${marks}`;
}

/** The ids of the processes that live and have a text in their command line. */
export async function livingWith(text: string): Promise<number[]> {
  const living: number[] = [];
  for (const { pid } of await listProcesses()) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    // Not a shell that has yet to start what it names.
    if (line.split('\0').includes(text)) {
      living.push(pid);
    }
  }
  return living;
}

/** The same, once there are any: a shell tells that it goes on before what it has started in the background has begun. */
export async function untilLiving(text: string): Promise<number[]> {
  for (;;) {
    const living = await livingWith(text);
    if (living.length > 0) return living;
    await delay(10);
  }
}
