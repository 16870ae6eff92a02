import { readFile } from 'node:fs/promises';
import { RegistryClient } from './client/RegistryClient';
import { RegistryError } from './client/RegistryError';
import { ImageReferrers } from './ImageReferrers';
import { blobPath } from './layoutBlobs';
import { OciDescriptor, OciImage } from './ociTypes';
import { planPush } from './planPush';
import {
  RegistryAccess,
  RegistryAccessOptions,
  RetryEvent,
} from './RegistryAccess';
import { RegistrySettings } from './RegistrySettings';

/** What happens while an image is pushed. */
export type PushEvent =
  | { type: 'blob'; digest: string; sizeBytes: number; isThere: boolean }
  | { type: 'manifest'; digest: string }
  | { type: 'tag'; tag: string; isThere: boolean }
  | RetryEvent;

/** Pushes images to the registries that the operator has named. */
export class ImagePusher {
  readonly #access: RegistryAccess;
  /** What registries have beside images. */
  readonly referrers: ImageReferrers;

  static create(options: RegistryAccessOptions): ImagePusher {
    return new ImagePusher(RegistryAccess.create(options));
  }

  private constructor(access: RegistryAccess) {
    this.#access = access;
    this.referrers = new ImageReferrers(access);
  }

  get registries(): RegistrySettings[] {
    return this.#access.registries;
  }

  /**
   * Pushes the image of a layout, byte by byte as it lies there, and its tags
   * last: before each of them the signal is asked whether that may still be.
   *
   * @throws RegistryError
   */
  async push(options: {
    host: string;
    repository: string;
    tags: string[];
    layout: string;
    image: OciImage;
    signal: AbortSignal;
    onEvent(event: PushEvent): Promise<void>;
  }): Promise<void> {
    await this.#access.open(options, client => this.#pushTo(client, options));
  }

  /**
   * Sets tags on an image that the registry has already, before each of them
   * the signal is asked whether that may still be.
   *
   * @returns what the image is, as far as its manifest tells
   * @throws RegistryError
   */
  async tag(options: {
    host: string;
    repository: string;
    digest: string;
    tags: string[];
    signal: AbortSignal;
    onEvent(event: PushEvent): Promise<void>;
  }): Promise<{ mediaType: string; sizeBytes: number | undefined }> {
    const { host, digest, tags, signal } = options;
    return this.#access.open(options, async client => {
      const persistently = this.#access.persistently(options);
      const manifest = await persistently(() =>
        client.manifest(digest, signal),
      );
      if (!manifest) {
        throw new RegistryError({
          class: 'infrastructure',
          message: `${host} has nothing under ${digest}, which the build says to have pushed there.`,
          hint: 'Build again. If it stays so, ask whoever runs the registry whether it removes images without tags at once.',
        });
      }
      await this.#setTags(client, { ...options, ...manifest });
      await this.#check(client, {
        ...options,
        references: tags,
        mediaType: manifest.mediaType,
      });
      return {
        mediaType: manifest.mediaType,
        sizeBytes: sizeOf(manifest.bytes),
      };
    });
  }

  async #pushTo(
    client: RegistryClient,
    options: Parameters<ImagePusher['push']>[0],
  ): Promise<void> {
    const { layout, image, tags, signal, onEvent } = options;
    const { digest, mediaType } = image;
    const persistently = this.#access.persistently(options);
    const read = ({ digest: each }: OciDescriptor) =>
      readFile(blobPath(layout, each));

    const plan = await planPush(layout, image.descriptor, signal);
    for (const blob of plan.blobs) {
      const path = blobPath(layout, blob.digest);
      const isThere = await persistently(async () => {
        const found = await client.hasBlob(blob.digest, signal);
        if (!found) {
          await client.uploadBlob({ ...blob, path }, signal);
        }
        return found;
      });
      await onEvent({
        type: 'blob',
        digest: blob.digest,
        sizeBytes: blob.size,
        isThere,
      });
    }
    for (const manifest of plan.manifests) {
      const bytes = await read(manifest);
      await persistently(() =>
        client.putManifest(
          manifest.digest,
          { mediaType: manifest.mediaType, bytes },
          signal,
        ),
      );
      await onEvent({ type: 'manifest', digest: manifest.digest });
    }
    const bytes = await read(image.descriptor);
    await this.#setTags(client, { ...options, digest, mediaType, bytes });
    await this.#check(client, {
      ...options,
      digest,
      mediaType,
      references: [digest, ...tags],
    });
  }

  async #setTags(
    client: RegistryClient,
    options: {
      digest: string;
      mediaType: string;
      bytes: Buffer;
      tags: string[];
      signal: AbortSignal;
      onEvent(event: PushEvent): Promise<void>;
    },
  ): Promise<void> {
    const { digest, mediaType, bytes, tags, signal, onEvent } = options;
    const persistently = this.#access.persistently(options);
    for (const tag of tags) {
      // Registries whose tags are set once refuse to set them to the same again.
      const isThere = await persistently(async () => {
        const found = await client.manifestDigest(tag, mediaType, signal);
        if (found === digest) {
          return true;
        }
        signal.throwIfAborted();
        await client.putManifest(tag, { mediaType, bytes }, signal);
        return false;
      });
      await onEvent({ type: 'tag', tag, isThere });
    }
  }

  async #check(
    client: RegistryClient,
    options: {
      host: string;
      digest: string;
      mediaType: string;
      references: string[];
      signal: AbortSignal;
      onEvent(event: PushEvent): Promise<void>;
    },
  ): Promise<void> {
    const { host, digest, mediaType, references, signal } = options;
    const persistently = this.#access.persistently(options);
    for (const reference of references) {
      const found = await persistently(() =>
        client.manifestDigest(reference, mediaType, signal),
      );
      checkDigest({ host, reference, digest, found });
    }
  }
}

function checkDigest(options: {
  host: string;
  reference: string;
  digest: string;
  found: string | undefined;
}): void {
  const { host, reference, digest, found } = options;
  if (found !== digest) {
    throw new RegistryError({
      class: 'infrastructure',
      message: `${host} has ${
        found ?? 'nothing'
      } under ${reference}, where ${digest} was pushed.`,
      hint: 'Somebody may have pushed to the same tag at the same time: give each build a tag of its own, such as {number}. A registry that rewrites images cannot be used.',
    });
  }
}

/** Config and layers, where it is one image; the parts of an index are told by their own manifests. */
function sizeOf(bytes: Buffer): number | undefined {
  const { config, layers } = JSON.parse(bytes.toString('utf8'));
  if (!config || !Array.isArray(layers)) return undefined;
  return [config, ...layers].reduce(
    (total: number, { size }: { size: number }) => total + size,
    0,
  );
}
