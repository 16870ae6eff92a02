import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fromStorage, SENT_TO_STORAGE } from './fromStorage';
import { RegistryAnswer } from './RegistryAnswer';
import { RegistryError } from './RegistryError';
import { RegistryLoginData } from '../RegistrySettings';
import { RegistryTransport } from './RegistryTransport';
import { RepositoryRequests } from './RepositoryRequests';

const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;
const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
/** How registries from before OCI 1.1 answer to what they do not know. */
const NOT_KNOWN = [400, 404, 405, 501];
/** Images of Docker Hub are named by a host that is no registry. */
const ENDPOINTS: Record<string, string> = {
  'docker.io': 'registry-1.docker.io',
  'index.docker.io': 'registry-1.docker.io',
};

/** One repository of a registry, by the OCI distribution specification. Always https. */
export class RegistryClient {
  readonly #host: string;
  readonly #base: URL;
  readonly #requests: RepositoryRequests;
  readonly #transport: RegistryTransport;

  constructor(options: {
    host: string;
    repository: string;
    login: RegistryLoginData | undefined;
    transport: RegistryTransport;
    now: () => Date;
  }) {
    const { host, repository } = options;
    this.#host = host;
    this.#base = new URL(
      `https://${ENDPOINTS[host] ?? host}/v2/${repository}/`,
    );
    this.#requests = new RepositoryRequests(options);
    this.#transport = options.transport;
  }

  async hasBlob(digest: string, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#requests.ask(
      {
        method: 'HEAD',
        url: this.#url(`blobs/${digest}`),
        expected: [200, 404, ...SENT_TO_STORAGE],
        what: `the blob ${digest}`,
      },
      signal,
    );
    await answer.discard();
    return answer.status !== 404;
  }

  /** Sends a blob, in one request, from the beginning each time. */
  async uploadBlob(
    blob: { digest: string; size: number } & (
      | { path: string }
      | { bytes: Uint8Array }
    ),
    signal: AbortSignal,
  ): Promise<void> {
    const what = `the blob ${blob.digest}`;
    const begun = await this.#requests.ask(
      {
        method: 'POST',
        url: this.#url('blobs/uploads/'),
        expected: [202],
        what,
      },
      signal,
    );
    await begun.discard();
    const url = this.#checkUploadLocation(begun.header('location'));
    // As text: what the registry has written there is kept to the letter.
    url.search += `${url.search ? '&' : '?'}digest=${encodeURIComponent(
      blob.digest,
    )}`;
    const done = await this.#requests.ask(
      {
        method: 'PUT',
        url,
        headers: { 'content-type': 'application/octet-stream' },
        body:
          'bytes' in blob
            ? { bytes: blob.bytes }
            : { open: () => createReadStream(blob.path), size: blob.size },
        expected: [201, 204],
        what,
      },
      signal,
    );
    await done.discard();
  }

  /** The bytes of a blob, which are those of its digest; undefined where there is none, or it is longer than it may be. */
  async blob(
    digest: string,
    maxBytes: number,
    signal: AbortSignal,
  ): Promise<Buffer | undefined> {
    const what = `the blob ${digest}`;
    const asked = this.#url(`blobs/${digest}`);
    const { answer, url } = await fromStorage({
      answer: await this.#requests.ask(
        {
          method: 'GET',
          url: asked,
          expected: [200, 404, ...SENT_TO_STORAGE],
          what,
        },
        signal,
      ),
      url: asked,
      host: this.#host,
      transport: this.#transport,
      signal,
    });
    if (answer.status === 404) {
      await answer.discard();
      return undefined;
    }
    if (answer.status !== 200) {
      throw await this.#requests.refusal(answer, {
        what,
        answeredBy: `its storage ${url.host}`,
      });
    }
    const bytes = await answer.bytes(maxBytes);
    if (bytes && digestOf(bytes) !== digest)
      throw this.#notWhatWasAsked(digest, 'blob');
    return bytes;
  }

  /**
   * Whether the registry lists by itself what refers to a manifest, as by
   * version 1.1 of the specification.
   */
  async listsReferrers(digest: string, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#requests.ask(
      {
        method: 'GET',
        url: this.#url(`referrers/${digest}`),
        headers: { accept: INDEX_TYPE },
        expected: [200, ...NOT_KNOWN],
        what: `what refers to ${digest}`,
      },
      signal,
    );
    await answer.discard();
    // Some send whatever they do not know to their pages.
    return answer.status === 200 && mediaTypeOf(answer) === INDEX_TYPE;
  }

  /**
   * @param reference - a tag or a digest
   * @returns whether the registry lists it by itself among what refers to its subject
   */
  async putManifest(
    reference: string,
    manifest: { mediaType: string; bytes: Uint8Array },
    signal: AbortSignal,
  ): Promise<{ isListed: boolean }> {
    const answer = await this.#requests.ask(
      {
        method: 'PUT',
        url: this.#url(`manifests/${reference}`),
        headers: { 'content-type': manifest.mediaType },
        body: { bytes: manifest.bytes },
        expected: [200, 201],
        what: `the manifest ${reference}`,
      },
      signal,
    );
    await answer.discard();
    return { isListed: answer.header('oci-subject') !== undefined };
  }

  /** What the registry has under a tag or digest; undefined where it has nothing. */
  async manifestDigest(
    reference: string,
    mediaType: string,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const request = {
      url: this.#url(`manifests/${reference}`),
      headers: { accept: mediaType },
      what: `the manifest ${reference}`,
    };
    const answer = await this.#requests.ask(
      { ...request, method: 'HEAD', expected: [200, 404] },
      signal,
    );
    await answer.discard();
    const told = answer.header('docker-content-digest');
    if (answer.status === 404 || told !== undefined) {
      return answer.status === 404 ? undefined : told;
    }
    // The header is optional; what there is to read is not.
    const whole = await this.#requests.ask(
      { ...request, method: 'GET', expected: [200] },
      signal,
    );
    const bytes = await whole.bytes(MAX_MANIFEST_BYTES);
    return digestOf(bytes ?? Buffer.alloc(0));
  }

  /** The manifest or index under a digest, as the registry has it; undefined where it has none. Bytes that are not those of the digest are refused. */
  async manifest(
    digest: string,
    signal: AbortSignal,
  ): Promise<{ mediaType: string; bytes: Buffer } | undefined> {
    const found = await this.#manifest(digest, signal);
    if (found && (!found.mediaType || digestOf(found.bytes) !== digest)) {
      throw this.#notWhatWasAsked(digest, 'manifest');
    }
    return found;
  }

  /** The manifest or index under a tag; undefined where there is none. */
  async taggedManifest(
    tag: string,
    signal: AbortSignal,
  ): Promise<{ mediaType: string; bytes: Buffer } | undefined> {
    return this.#manifest(tag, signal);
  }

  async #manifest(
    reference: string,
    signal: AbortSignal,
  ): Promise<{ mediaType: string; bytes: Buffer } | undefined> {
    const answer = await this.#requests.ask(
      {
        method: 'GET',
        url: this.#url(`manifests/${reference}`),
        headers: { accept: MANIFEST_TYPES.join(', ') },
        expected: [200, 404],
        what: `the manifest ${reference}`,
      },
      signal,
    );
    if (answer.status === 404) {
      await answer.discard();
      return undefined;
    }
    const bytes = await answer.bytes(MAX_MANIFEST_BYTES);
    if (!bytes) throw this.#notWhatWasAsked(reference, 'manifest');
    return { mediaType: mediaTypeOf(answer) ?? '', bytes };
  }

  #notWhatWasAsked(reference: string, what: 'manifest' | 'blob') {
    return new RegistryError({
      class: 'infrastructure',
      message: `${
        this.#host
      } gives under ${reference} what is not that ${what}.`,
      hint: 'A registry that rewrites images cannot be used; ask whoever runs it.',
    });
  }

  #url(path: string): URL {
    return new URL(path, this.#base);
  }

  #checkUploadLocation(location: string | undefined): URL {
    const url =
      location !== undefined && URL.canParse(location, this.#base)
        ? new URL(location, this.#base)
        : undefined;
    if (url?.origin !== this.#base.origin) {
      throw new RegistryError({
        class: 'user',
        message: `${this.#host} wants the image sent to ${
          url?.origin ?? 'nowhere'
        } instead of itself, so it was not sent.`,
        hint: 'Let the registry give its own address: behind a proxy, pass Host and X-Forwarded-Proto on to it, or let it answer with relative URLs.',
      });
    }
    return url;
  }
}

function mediaTypeOf(answer: RegistryAnswer): string | undefined {
  return answer.header('content-type')?.split(';')[0].trim();
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
