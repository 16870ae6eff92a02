import { readFile } from 'node:fs/promises';

let known: Promise<string> | undefined;

/** Changes with each boot where the system tells it; start times count from the boot. */
export function bootId(): Promise<string> {
  known ??= readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
    text => text.trim(),
    () => 'boot',
  );
  return known;
}
