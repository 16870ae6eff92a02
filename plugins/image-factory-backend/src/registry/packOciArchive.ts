import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pack as createPack, Pack } from 'tar-stream';

/** The same layout gives the same bytes. */
const NO_TIME = new Date(0);

/** Writes a layout as a tar archive, in the order of names and without times and owners. */
export async function packOciArchive(
  layoutDirectory: string,
  destination: Writable,
  signal: AbortSignal,
): Promise<void> {
  const pack = createPack();
  const written = pipeline(pack, destination, { signal });
  const packed = packDirectory(pack, layoutDirectory, '', signal).then(
    () => pack.finalize(),
    error => pack.destroy(error),
  );
  await Promise.all([written, packed]);
}

async function packDirectory(
  pack: Pack,
  root: string,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  const entries = await readdir(join(root, directory), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    signal.throwIfAborted();
    const name = posix.join(directory, entry.name);
    if (entry.isDirectory()) {
      pack.entry({ name, type: 'directory', mode: 0o755, mtime: NO_TIME });
      await packDirectory(pack, root, name, signal);
    } else if (entry.isFile()) {
      const path = join(root, name);
      const { size } = await stat(path);
      const sink = pack.entry({ name, size, mode: 0o644, mtime: NO_TIME });
      await pipeline(createReadStream(path), sink, { signal });
    }
  }
}
