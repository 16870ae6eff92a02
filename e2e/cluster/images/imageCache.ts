import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder, makeOnce } from '../machine/cache';

/** An image that stands in the cache as an OCI layout. */
export type CachedImage = {
  /** Of its repository in the cluster's registry. */
  name: string;
  layout: string;
  digest: string;
};

/** Makes an image unless the cache has one of that name from the same parts. */
export async function cacheImage(
  name: string,
  parts: (string | Buffer)[],
  make: (layout: string) => Promise<void>,
): Promise<CachedImage> {
  const hash = createHash('sha256');
  parts.forEach(part => hash.update(part).update('\0'));
  const layout = join(
    cacheFolder(),
    'images',
    `${name.replaceAll('/', '-')}-${hash.digest('hex').slice(0, 16)}`,
  );
  await makeOnce(layout, make);
  return { name, layout, digest: await readDigest(layout) };
}

/** All that a folder holds, as parts that tell whether something has changed. */
export async function partsOfFolder(
  folder: string,
): Promise<(string | Buffer)[]> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  const files = entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
  return (
    await Promise.all(
      files.map(async path => [
        path.slice(folder.length),
        await readFile(path),
      ]),
    )
  ).flat();
}

async function readDigest(layout: string): Promise<string> {
  const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8'));
  return index.manifests[0].digest;
}
