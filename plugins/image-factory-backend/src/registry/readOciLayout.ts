import { join } from 'node:path';
import { readBlobDocument, readDocumentText, verifyBlob } from './layoutBlobs';
import { OciLayoutError } from './OciLayoutError';
import { isIndex, parseDocument } from './ociDocuments';
import { OciDescriptor, OciImage, OciManifest, OciPlatform } from './ociTypes';

/**
 * Reads an OCI image layout. Every blob that the image names is read through
 * and must have the digest that it is named by.
 *
 * @throws OciLayoutError where the layout is damaged or holds not exactly one image.
 */
export async function readOciLayout(
  directory: string,
  signal: AbortSignal,
): Promise<OciImage> {
  const index = parseDocument(
    await readDocumentText(join(directory, 'index.json')),
    'index.json',
  );
  const [descriptor, ...others] = index.manifests ?? [];
  if (!descriptor) {
    throw new OciLayoutError('The exported layout holds no image');
  }
  if (others.some(other => other.digest !== descriptor.digest)) {
    throw new OciLayoutError(
      'The exported layout holds several images where one was built',
    );
  }
  const manifests = await readManifests(directory, descriptor, signal);
  const blobs = new Map<string, number>();
  for (const { config, layers } of manifests) {
    for (const blob of [config, ...layers]) {
      blobs.set(blob.digest, blob.size);
    }
  }
  const [only] = manifests;
  return {
    digest: descriptor.digest,
    mediaType: descriptor.mediaType,
    platform: manifests.length === 1 ? only.platform : undefined,
    sizeBytes: [...blobs.values()].reduce((sum, size) => sum + size, 0),
    descriptor,
    manifests,
  };
}

async function readManifests(
  directory: string,
  descriptor: OciDescriptor,
  signal: AbortSignal,
): Promise<OciManifest[]> {
  if (!isIndex(descriptor)) {
    return [await readManifest(directory, descriptor, signal)];
  }
  const index = await readBlobDocument(directory, descriptor, signal);
  const manifests: OciManifest[] = [];
  for (const inner of index.manifests ?? []) {
    // Attestations lie in an index as manifests of an unknown platform.
    if (inner.platform?.os !== 'unknown') {
      manifests.push(...(await readManifests(directory, inner, signal)));
    }
  }
  if (manifests.length === 0) {
    throw new OciLayoutError('The exported image index names no image');
  }
  return manifests;
}

async function readManifest(
  directory: string,
  descriptor: OciDescriptor,
  signal: AbortSignal,
): Promise<OciManifest> {
  const manifest = await readBlobDocument(directory, descriptor, signal);
  const { config, layers = [] } = manifest;
  if (!config) {
    throw new OciLayoutError(
      `The manifest ${descriptor.digest} names no config`,
    );
  }
  const content = await readBlobDocument(directory, config, signal);
  for (const layer of layers) {
    await verifyBlob(directory, layer, signal);
  }
  return {
    descriptor,
    config,
    layers,
    platform: formatPlatform(content),
    sizeBytes: [config, ...layers].reduce((sum, blob) => sum + blob.size, 0),
  };
}

function formatPlatform(platform: OciPlatform): string {
  const { os = 'unknown', architecture = 'unknown', variant } = platform;
  return [os, architecture, variant].filter(Boolean).join('/');
}
