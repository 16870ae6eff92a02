import { isError } from '@backstage/errors';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { BlobRange, BlobStore, OpenBlob, StoredBlob } from './BlobStore';
import { blobKeySegments } from './blobKeySegments';

const TEMPORARY_SUFFIX = '.part';
/** Nobody writes a blob for so long without a pause; younger ones may be another process's work. */
const ABANDONED_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * Keeps blobs as files below a directory of one's own. A blob is written under
 * a temporary name, flushed and renamed, so that a crash leaves no half of it.
 */
export class FilesystemBlobStore implements BlobStore {
  readonly #directory: string;

  /** Opens the store and removes what writers left half-written more than a day ago. */
  static async create(options: {
    directory: string;
    now?: () => Date;
  }): Promise<FilesystemBlobStore> {
    const now = options.now?.() ?? new Date();
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    await sweepTemporaries(
      options.directory,
      now.getTime() - ABANDONED_MILLISECONDS,
    );
    return new FilesystemBlobStore(options.directory);
  }

  private constructor(directory: string) {
    this.#directory = directory;
  }

  async put(key: string, source: Readable): Promise<StoredBlob> {
    const path = this.#path(key);
    const temporary = `${path}.${randomUUID()}${TEMPORARY_SUFFIX}`;
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      const stored = await writeThrough(temporary, source);
      await rename(temporary, path);
      await flushDirectory(dirname(path));
      return stored;
    } catch (error) {
      source.destroy();
      await rm(temporary, { force: true });
      throw inWords(error, key, this.#directory);
    }
  }

  async open(key: string, range?: BlobRange): Promise<OpenBlob | undefined> {
    let file;
    try {
      file = await open(this.#path(key), 'r');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') {
        return undefined;
      }
      throw error;
    }
    try {
      const { size } = await file.stat();
      return { stream: file.createReadStream(range), sizeBytes: size };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await rm(this.#path(key), { force: true });
  }

  async deleteAll(folder: string): Promise<void> {
    await rm(this.#path(folder), { recursive: true, force: true });
  }

  #path(key: string): string {
    return join(this.#directory, ...blobKeySegments(key));
  }
}

async function writeThrough(
  path: string,
  source: Readable,
): Promise<StoredBlob> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const chunk of source) {
      const bytes: Buffer = Buffer.from(chunk);
      hash.update(bytes);
      sizeBytes += bytes.length;
      await file.writeFile(bytes);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sizeBytes, sha256: hash.digest('hex') };
}

/** The new name outlives a power cut only once its directory is flushed. */
async function flushDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function sweepTemporaries(
  directory: string,
  writtenBefore: number,
): Promise<void> {
  const entries = await readdir(directory, {
    recursive: true,
    withFileTypes: true,
  });
  for (const entry of entries) {
    if (entry.isFile() && entry.name.endsWith(TEMPORARY_SUFFIX)) {
      const path = join(entry.parentPath, entry.name);
      const modified = await modifiedAt(path);
      if (modified !== undefined && modified < writtenBefore) {
        await rm(path, { force: true });
      }
    }
  }
}

/** Undefined where another process has finished it meanwhile. */
async function modifiedAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}

function inWords(error: unknown, key: string, directory: string): unknown {
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new Error(
        `The disk of the blob store is full: "${key}" was not stored. Free space below ${directory}, or give the store another directory.`,
        { cause: error },
      );
    case 'EACCES':
    case 'EROFS':
    case 'EPERM':
      return new Error(
        `The blob store may not write "${key}". Let the portal's user write below ${directory}.`,
        { cause: error },
      );
    default:
      return error;
  }
}

function codeOf(error: unknown): unknown {
  return isError(error) ? error.code : undefined;
}
