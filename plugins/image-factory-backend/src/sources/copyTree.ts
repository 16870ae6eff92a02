import pLimit from 'p-limit';
import { Dirent } from 'node:fs';
import {
  FileHandle,
  mkdir,
  open,
  readdir,
  readlink,
  realpath,
  symlink,
} from 'node:fs/promises';
import { dirname, isAbsolute, join, posix, resolve } from 'node:path';
import { isInside } from './isInside';
import { openInside } from './openInside';
import { SourceError } from './SourceError';

/** Limits of a copy. */
export type CopyLimits = {
  signal: AbortSignal;
  maxBytes: number;
  /** Of files, directories and links together. */
  maxFiles: number;
};

const SKIPPED = new Set(['.git']);

/** Each file waits half a dozen times for the thread pool: on a busy machine, 200 small files took 0.4 to 1.2 s one after another as streams, and 0.3 to 0.5 s like this. */
const FILES_AT_ONCE = 8;
const PIECE_BYTES = 256 * 1024;

/**
 * Copies files, directories and links of a source. Nothing is followed out of
 * it: a link that leaves is refused, and what is opened is reached from the
 * directory that was opened before, not by a path that may lead elsewhere by now.
 *
 * @param from - absolute, without symbolic links
 */
export async function copyTree(
  from: string,
  to: string,
  limits: CopyLimits,
): Promise<{ files: number; bytes: number }> {
  const counted = { files: 0, bytes: 0 };
  const count = (bytes: number) => {
    counted.bytes += bytes;
    if (counted.bytes > limits.maxBytes) {
      throw new SourceError(
        `The source is larger than ${limits.maxBytes} bytes. Build a smaller folder, or raise the limit.`,
      );
    }
  };
  const copy = async (directory: string, opened: string): Promise<void> => {
    const entries = await readdir(opened, { withFileTypes: true });
    const wanted = entries.filter(
      ({ name }) => directory !== '' || !SKIPPED.has(name),
    );
    counted.files += wanted.length;
    if (counted.files > limits.maxFiles) {
      throw new SourceError(
        `The source has more than ${limits.maxFiles} files. Build a smaller folder, or raise the limit.`,
      );
    }
    const [directories, others] = partition(wanted, entry =>
      entry.isDirectory(),
    );
    await eachAtOnce(others, limits.signal, async entry => {
      const path = posix.join(directory, entry.name);
      const place = join(opened, entry.name);
      await copyEntry({ entry, path, place, from, to, count, limits });
    });
    for (const { name } of directories) {
      limits.signal.throwIfAborted();
      const path = posix.join(directory, name);
      const place = join(opened, name);
      await mkdir(join(to, path), { mode: 0o755 });
      await withDirectory({ path, place, from }, inner => copy(path, inner));
    }
  };
  await mkdir(to, { recursive: true, mode: 0o755 });
  await withDirectory({ path: '', place: from, from }, inner =>
    copy('', inner),
  );
  return counted;
}

/** Does several at once, and has none of them left when it returns or throws. */
async function eachAtOnce<T>(
  items: T[],
  signal: AbortSignal,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const limit = pLimit(FILES_AT_ONCE);
  let failed = false;
  const results = await Promise.allSettled(
    items.map(item =>
      limit(async () => {
        signal.throwIfAborted();
        if (failed) return;
        try {
          await work(item);
        } catch (error) {
          failed = true;
          throw error;
        }
      }),
    ),
  );
  for (const result of results) {
    if (result.status === 'rejected') throw result.reason;
  }
}

/** Holds a directory open for as long as it is read. */
async function withDirectory(
  directory: { path: string; place: string; from: string },
  read: (opened: string) => Promise<void>,
): Promise<void> {
  const { path, place, from } = directory;
  const opened = await openInside(place, from, 'directory');
  if (!opened) {
    throw changed(path);
  }
  try {
    await read(opened.path);
  } finally {
    await opened.handle.close();
  }
}

type CopyOne = {
  entry: Dirent;
  /** Within the source, for readers. */
  path: string;
  /** Where it is opened. */
  place: string;
  from: string;
  to: string;
  /** Counts bytes before they are written. */
  count: (bytes: number) => void;
  limits: CopyLimits;
};

async function copyEntry(options: CopyOne): Promise<void> {
  const { entry, path } = options;
  if (entry.isSymbolicLink()) {
    await copyLink(options);
  } else if (entry.isFile()) {
    await copyFile(options);
  } else {
    throw new SourceError(
      `"${path}" is neither a file nor a folder (a device, socket or pipe). Remove it from the source.`,
    );
  }
}

async function copyLink(options: CopyOne): Promise<void> {
  const { path, place, from, to } = options;
  const target = await readlink(place);
  const folder = dirname(join(from, path));
  if (
    isAbsolute(target) ||
    !(await staysInside(resolve(folder, target), from))
  ) {
    throw new SourceError(
      `The symbolic link "${path}" leads out of the source (to "${target}"). Replace it by the file itself, or by a relative link inside the source.`,
    );
  }
  await symlink(target, join(to, path));
}

/** Also where the link dangles: then the way to it decides. */
async function staysInside(target: string, root: string): Promise<boolean> {
  if (!isInside(target, root)) {
    return false;
  }
  try {
    return isInside(await realpath(target), root);
  } catch {
    return true;
  }
}

async function copyFile(options: CopyOne): Promise<void> {
  const { path, place, from, to } = options;
  const opened = await openInside(place, from, 'file');
  if (!opened) {
    throw changed(path);
  }
  const { handle, stats } = opened;
  try {
    const mode = stats.mode & 0o111 ? 0o755 : 0o644;
    const target = await open(join(to, path), 'wx', mode);
    try {
      await copyBytes(handle, target, stats.size, options);
    } finally {
      await target.close();
    }
  } finally {
    await handle.close();
  }
}

/** By hand: a stream a file costs more than the bytes of most. A file may grow meanwhile, so that it is read to its end. */
async function copyBytes(
  from: FileHandle,
  to: FileHandle,
  size: number,
  { count, limits }: CopyOne,
): Promise<void> {
  const piece = Buffer.allocUnsafe(Math.min(size + 1, PIECE_BYTES));
  for (;;) {
    limits.signal.throwIfAborted();
    const { bytesRead } = await from.read(piece, 0, piece.length);
    if (bytesRead === 0) return;
    count(bytesRead);
    for (let written = 0; written < bytesRead; ) {
      const { bytesWritten } = await to.write(
        piece,
        written,
        bytesRead - written,
      );
      written += bytesWritten;
    }
  }
}

function partition<T>(items: T[], matches: (item: T) => boolean): [T[], T[]] {
  return [items.filter(matches), items.filter(item => !matches(item))];
}

function changed(path: string): SourceError {
  return new SourceError(
    `"${path || '.'}" changed while it was copied. Try again.`,
  );
}
