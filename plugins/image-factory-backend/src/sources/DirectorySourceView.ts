import { SourceView } from '@image-factory/backstage-plugin-image-factory-node';
import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { isInside } from './isInside';
import { openInside } from './openInside';

/** Looks into a directory and never out of it. */
export class DirectorySourceView implements SourceView {
  readonly #root: string;

  /** @param root - absolute, without symbolic links */
  constructor(root: string) {
    this.#root = root;
  }

  async stat(
    path: string,
  ): Promise<'file' | 'directory' | 'absent' | 'outside'> {
    const found = await this.#follow(path);
    if (found === undefined || found === 'outside') {
      return found ?? 'absent';
    }
    const stats = await stat(found);
    if (stats.isFile()) {
      return 'file';
    }
    return stats.isDirectory() ? 'directory' : 'absent';
  }

  async readText(path: string, maxBytes: number): Promise<string | undefined> {
    const found = await this.#follow(path);
    if (found === undefined || found === 'outside') {
      return undefined;
    }
    const opened = await openInside(found, this.#root, 'file');
    if (!opened) {
      return undefined;
    }
    const file = opened.handle;
    try {
      const buffer = Buffer.alloc(maxBytes + 1);
      const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
      const bytes = buffer.subarray(0, bytesRead);
      return bytesRead > maxBytes || bytes.includes(0)
        ? undefined
        : bytes.toString('utf8');
    } finally {
      await file.close();
    }
  }

  async realPath(path: string): Promise<string | undefined> {
    const found = await this.#follow(path);
    return found === undefined || found === 'outside'
      ? undefined
      : relative(this.#root, found).split(sep).join('/') || '.';
  }

  async #follow(path: string): Promise<string | undefined> {
    const wanted = resolve(this.#root, path);
    if (isAbsolute(path) || !isInside(wanted, this.#root)) {
      return 'outside';
    }
    try {
      const real = await realpath(wanted);
      return isInside(real, this.#root) ? real : 'outside';
    } catch {
      return undefined;
    }
  }
}
