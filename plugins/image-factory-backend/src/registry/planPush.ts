import { findBlob, readBlobDocument } from './layoutBlobs';
import { isIndex } from './ociDocuments';
import { OciDescriptor } from './ociTypes';

/** What of a layout goes to a registry, in an order in which nothing is named before it is there. */
export type PushPlan = {
  /** Configs and layers, each once. */
  blobs: OciDescriptor[];
  /** Manifests, then the indexes that name them; the last is the image itself. */
  manifests: OciDescriptor[];
};

/** Also what an index names beside images, such as attestations: registries refuse an index that lacks any of it. */
export async function planPush(
  layoutDirectory: string,
  image: OciDescriptor,
  signal: AbortSignal,
): Promise<PushPlan> {
  const blobs = new Map<string, OciDescriptor>();
  const manifests = new Map<string, OciDescriptor>();
  const add = async (descriptor: OciDescriptor): Promise<void> => {
    if (manifests.has(descriptor.digest)) {
      return;
    }
    const document = await readBlobDocument(
      layoutDirectory,
      descriptor,
      signal,
    );
    if (isIndex(descriptor)) {
      for (const inner of document.manifests ?? []) {
        await add(inner);
      }
    } else {
      for (const blob of [
        document.config ?? [],
        document.layers ?? [],
      ].flat()) {
        // Those of attestations have been looked at by nobody yet.
        await findBlob(layoutDirectory, blob);
        blobs.set(blob.digest, blob);
      }
    }
    manifests.set(descriptor.digest, descriptor);
  };
  await add(image);
  return { blobs: [...blobs.values()], manifests: [...manifests.values()] };
}
