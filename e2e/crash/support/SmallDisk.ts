import { execFileSync } from 'node:child_process';
import {
  mkdtempSync,
  rmSync,
  rmdirSync,
  writeSync,
  openSync,
  closeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const MEBIBYTE = 1024 * 1024;
const BALLAST = 'ballast';

/** Why disks cannot be made here; undefined where they can. */
export function whyNoSmallDisks(): string | undefined {
  return process.platform === 'linux' && process.getuid?.() === 0
    ? undefined
    : 'mounting a small disk takes root on Linux';
}

/** A disk in memory that is soon full. */
export class SmallDisk {
  readonly path: string;

  /** At `path`, or at a new one of its own. */
  static create(options: { megabytes: number; path?: string }): SmallDisk {
    const path =
      options.path ?? mkdtempSync(join(tmpdir(), 'image-factory-disk-'));
    execFileSync('mount', [
      '-t',
      'tmpfs',
      '-o',
      `size=${options.megabytes}m`,
      'image-factory-test',
      path,
    ]);
    return new SmallDisk(path);
  }

  private constructor(path: string) {
    this.path = path;
  }

  /** Leaves not a byte. */
  fill(): void {
    const file = openSync(join(this.path, BALLAST), 'a');
    try {
      for (const size of [MEBIBYTE, 4096, 1]) {
        writeUntilFull(file, Buffer.alloc(size));
      }
    } finally {
      closeSync(file);
    }
  }

  /** Gives back what {@link SmallDisk.fill} has taken. */
  free(): void {
    rmSync(join(this.path, BALLAST), { force: true });
  }

  remove(): void {
    execFileSync('umount', [this.path]);
    rmdirSync(this.path);
  }
}

function writeUntilFull(file: number, bytes: Buffer): void {
  try {
    for (;;) writeSync(file, bytes);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOSPC') throw error;
  }
}
