import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract as createExtract } from 'tar-stream';

/** What belongs to a layout; anything else that an archive holds is left out. */
const LAYOUT_FILE =
  /^(?:\.\/)?(index\.json|oci-layout|blobs\/sha(?:256|512)\/[0-9a-f]+)$/;

/** Unpacks the OCI image layout that an archive holds into a directory. */
export async function unpackOciArchive(
  archive: string,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  const entries = createExtract();
  const read = pipeline(createReadStream(archive), entries, { signal });
  const unpacked = (async () => {
    for await (const entry of entries) {
      const name = LAYOUT_FILE.exec(entry.header.name)?.[1];
      if (name && entry.header.type === 'file') {
        const path = join(directory, name);
        await mkdir(dirname(path), { recursive: true });
        await pipeline(entry, createWriteStream(path), { signal });
      } else {
        entry.resume();
      }
    }
  })();
  await Promise.all([read, unpacked]);
}
