import { readFile } from 'node:fs/promises';
import { listProcesses } from '../processes';

let marks = 0;

/** Seconds for `sleep` that no other sleeps for, so that its process can be told from all others, also out of a pid namespace. */
export function someSeconds(): string {
  marks += 1;
  return `${100_000 + process.pid}.${marks}`;
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
