import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OciImage } from './ociTypes';

/**
 * Gives the image of a layout its names, by the annotations that OCI tools and
 * containerd read, and by a `manifest.json` beside, without which `docker load`
 * of older versions does not take a layout. The manifest keeps its digest.
 *
 * @param references - with tags, such as `hello-site:3`; the first is the main one
 */
export async function nameOciLayout(
  directory: string,
  image: OciImage,
  references: [string, ...string[]],
): Promise<void> {
  const { mediaType, digest, size } = image.descriptor;
  const platform = image.descriptor.platform;
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: references.map(reference => ({
      mediaType,
      digest,
      size,
      ...(platform ? { platform } : {}),
      annotations: {
        'io.containerd.image.name': withDefaultHost(reference),
        'org.opencontainers.image.ref.name': reference,
      },
    })),
  };
  await writeFile(join(directory, 'index.json'), JSON.stringify(index));
  // What runs on this machine is first; docker's format knows no platforms.
  const [manifest] = image.manifests;
  await writeFile(
    join(directory, 'manifest.json'),
    JSON.stringify([
      {
        Config: blobName(manifest.config.digest),
        RepoTags: references,
        Layers: manifest.layers.map(layer => blobName(layer.digest)),
      },
    ]),
  );
  await readFile(join(directory, 'oci-layout'));
}

function blobName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** Containerd keeps full names only, and takes the names of Docker Hub for those without a host. */
function withDefaultHost(reference: string): string {
  const [first, ...rest] = reference.split('/');
  if (rest.length === 0) {
    return `docker.io/library/${reference}`;
  }
  return /[.:]/.test(first) || first === 'localhost'
    ? reference
    : `docker.io/${reference}`;
}
