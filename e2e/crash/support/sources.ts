import { randomBytes } from 'node:crypto';
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { writeComponent } from '../../portal/writeComponent';
import { SlowSource } from '../../portal/SlowSource';

const BUSYBOX = '/bin/busybox';
const MEBIBYTE = 1024 * 1024;

/** How many numbered lines a build of `numbers` and `slow-numbers` prints. */
export const LINES = 400;

/** The components that crashes are tried on. */
export type CrashSources = {
  /** Prints numbered lines, waits for a file in their middle. */
  slow: SlowSource;
  /** How many seconds the process sleeps that a command of it detaches; nobody else sleeps for as long. */
  detachedFor: string;
};

/**
 * Writes them into `folder`:
 * - `numbers` is built quickly and prints numbered lines,
 * - `slow-numbers` does so too, detaches a process, and waits for a file in the
 *   middle,
 * - `large-source` takes long to copy,
 * - `large-image` takes long to export.
 */
export async function writeSources(folder: string): Promise<CrashSources> {
  const numbers = join(folder, 'numbers');
  writeComponent(numbers, 'numbers');
  copyFileSync(BUSYBOX, join(numbers, 'busybox'));
  writeFileSync(
    join(numbers, 'Dockerfile'),
    `FROM scratch\nCOPY busybox /bin/busybox\n${printing(1, LINES)}`,
  );

  const detachedFor = `${100_000 + process.pid}.${Date.now()}`;
  const slow = await SlowSource.start(join(folder, 'slow-numbers'), {
    name: 'slow-numbers',
    dockerfile: file =>
      `FROM scratch\nCOPY busybox /bin/busybox\n${printing(
        1,
        LINES / 2,
      )}${detaching(detachedFor)}ADD ${file} /never\n${printing(
        LINES / 2 + 1,
        LINES,
      )}`,
  });
  copyFileSync(BUSYBOX, join(folder, 'slow-numbers', 'busybox'));

  const largeSource = join(folder, 'large-source');
  writeComponent(largeSource, 'large-source');
  writeFileSync(join(largeSource, 'small'), 'small\n');
  writeFileSync(
    join(largeSource, 'Dockerfile'),
    'FROM scratch\nCOPY small /\n',
  );
  const sparse = openSync(join(largeSource, 'large'), 'w');
  ftruncateSync(sparse, 600 * MEBIBYTE);
  closeSync(sparse);

  const largeImage = join(folder, 'large-image');
  writeComponent(largeImage, 'large-image');
  mkdirSync(largeImage, { recursive: true });
  writeFileSync(join(largeImage, 'noise'), randomBytes(96 * MEBIBYTE));
  writeFileSync(join(largeImage, 'Dockerfile'), 'FROM scratch\nCOPY noise /\n');
  return { slow, detachedFor };
}

function printing(first: number, last: number): string {
  return `RUN ["/bin/busybox", "seq", "${first}", "${last}"]\n`;
}

/** Nothing keeps the process but that it lives: it has no parent, a session of its own, and none of the variables of the build. */
function detaching(seconds: string): string {
  return `RUN ["/bin/busybox", "setsid", "/bin/busybox", "sh", "-c", "/bin/busybox sleep ${seconds} >/dev/null 2>&1 &"]\n`;
}

/** The numbered lines of a log, in the order in which they stand in it. */
export function numberedLines(log: string): number[] {
  return log
    .split('\n')
    .filter(line => /^\d+$/.test(line))
    .map(Number);
}
