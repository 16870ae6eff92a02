import { createHash } from 'node:crypto';
import { RegistryClient } from './client/RegistryClient';
import { OciDescriptor } from './ociTypes';
import { parseReferrer, ReferrerManifest } from './parseReferrer';
import { addReferrers, referrersTag } from './referrersTag';
import { RegistryAccess, RetryEvent } from './RegistryAccess';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
/** What has no config has this one, by version 1.1 of the image specification. */
const EMPTY_CONFIG = Buffer.from('{}');
const EMPTY_CONFIG_TYPE = 'application/vnd.oci.empty.v1+json';
/** Somebody else may write the same tag at the same time. */
const TAG_TRIES = 3;

type Repository = { host: string; repository: string };

/** What happens while something is put beside an image. */
export type ReferrerEvent =
  | { type: 'referrer'; digest: string; artifactType: string }
  | RetryEvent;

/** An artifact that refers to an image, as it is in the registry. */
export type Referrer = ReferrerManifest & {
  /** Of its manifest, as lists of what refers to an image have it. */
  descriptor: OciDescriptor;
  /** What it is made of: one blob. */
  bytes: Buffer;
};

/** An artifact, or why the registry has none such. */
export type ReadReferrer =
  | { ok: true; referrer: Referrer }
  | { ok: false; problem: string };

/** An artifact that was put beside an image. */
export type PushedReferrer = {
  descriptor: OciDescriptor;
  /** Whether the registry lists it by itself. */
  isListed: boolean;
};

/**
 * Artifacts that refer to images: manifests whose `subject` the image is, by
 * their digest alone. All methods throw a RegistryError.
 */
export class ImageReferrers {
  readonly #access: RegistryAccess;

  constructor(access: RegistryAccess) {
    this.#access = access;
  }

  /** Puts an artifact of one blob beside an image, which need not be there. The same gives the same digest. */
  async push(
    options: Repository & {
      subject: OciDescriptor;
      artifactType: string;
      annotations: Record<string, string>;
      bytes: Buffer;
      signal: AbortSignal;
      onEvent(event: ReferrerEvent): Promise<void>;
    },
  ): Promise<PushedReferrer> {
    const { artifactType, annotations, subject, signal, onEvent } = options;
    const persistently = this.#access.persistently(options);
    const config = describe(EMPTY_CONFIG_TYPE, EMPTY_CONFIG);
    const layer = describe(artifactType, options.bytes);
    const manifest = Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: MANIFEST_TYPE,
        artifactType,
        config,
        layers: [layer],
        subject: {
          mediaType: subject.mediaType,
          digest: subject.digest,
          size: subject.size,
        },
        annotations,
      }),
    );
    const descriptor = {
      ...describe(MANIFEST_TYPE, manifest),
      artifactType,
      annotations,
    };
    return this.#access.open(options, async client => {
      for (const [blob, bytes] of [
        [config, EMPTY_CONFIG],
        [layer, options.bytes],
      ] as const) {
        await persistently(async () => {
          if (await client.hasBlob(blob.digest, signal)) return;
          await client.uploadBlob({ ...blob, bytes }, signal);
        });
      }
      const { isListed } = await persistently(() =>
        client.putManifest(
          descriptor.digest,
          { mediaType: MANIFEST_TYPE, bytes: manifest },
          signal,
        ),
      );
      await onEvent({
        type: 'referrer',
        digest: descriptor.digest,
        artifactType,
      });
      return { descriptor, isListed };
    });
  }

  /** Reads an artifact by the digest of its manifest, up to so many bytes. */
  async read(
    options: Repository & {
      digest: string;
      maxBytes: number;
      signal: AbortSignal;
      onEvent(event: RetryEvent): Promise<void>;
    },
  ): Promise<ReadReferrer> {
    const persistently = this.#access.persistently(options);
    return this.#access.open(options, client =>
      persistently(() => readOne(client, options)),
    );
  }

  /**
   * Sees to it that whoever looks for what refers to an image finds these
   * artifacts. A registry that does not list them by itself gets the tag by which
   * clients look there, as the distribution specification has it; what the tag
   * lists already stays.
   *
   * @returns whether the tag had to be written
   */
  async link(
    options: Repository & {
      subject: string;
      referrers: OciDescriptor[];
      signal: AbortSignal;
      onEvent(event: RetryEvent): Promise<void>;
    },
  ): Promise<boolean> {
    const { subject, referrers, signal } = options;
    const persistently = this.#access.persistently(options);
    return this.#access.open(options, async client => {
      const isListed = await persistently(() =>
        client.listsReferrers(subject, signal),
      );
      if (isListed) return false;
      const tag = referrersTag(subject);
      let isWritten = false;
      for (let tries = 0; tries < TAG_TRIES; tries += 1) {
        const there = await persistently(() =>
          client.taggedManifest(tag, signal),
        );
        const index = addReferrers(there, referrers);
        if (index === undefined) return isWritten;
        signal.throwIfAborted();
        await persistently(() =>
          client.putManifest(
            tag,
            { mediaType: INDEX_TYPE, bytes: index },
            signal,
          ),
        );
        isWritten = true;
      }
      return isWritten;
    });
  }
}

async function readOne(
  client: RegistryClient,
  options: { digest: string; maxBytes: number; signal: AbortSignal },
): Promise<ReadReferrer> {
  const { digest, maxBytes, signal } = options;
  const fail = (problem: string): ReadReferrer => ({
    ok: false,
    problem: `${digest} ${problem}`,
  });
  const manifest = await client.manifest(digest, signal);
  if (!manifest) return fail('is not in the registry');
  const parsed = parseReferrer(manifest.bytes);
  if (!parsed) return fail('is no artifact that refers to an image');
  if (parsed.layer.size > maxBytes) {
    return fail(`is ${parsed.layer.size} bytes long, of ${maxBytes} at most`);
  }
  const bytes = await client.blob(parsed.layer.digest, maxBytes, signal);
  const descriptor = {
    ...describe(manifest.mediaType, manifest.bytes),
    artifactType: parsed.artifactType,
    annotations: parsed.annotations,
  };
  return bytes?.length === parsed.layer.size
    ? { ok: true, referrer: { ...parsed, descriptor, bytes } }
    : fail('lacks its blob, or has another one than it says');
}

function describe(mediaType: string, bytes: Buffer): OciDescriptor {
  return {
    mediaType,
    digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    size: bytes.length,
  };
}
