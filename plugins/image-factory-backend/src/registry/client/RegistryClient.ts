import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { explainAnswer } from './explainAnswer';
import { parseChallenges } from './parseChallenges';
import { parseRetryAfter } from './parseRetryAfter';
import { RegistryAnswer } from './RegistryAnswer';
import { RegistryError } from './RegistryError';
import { RegistryLogin } from './RegistryLogin';
import { RegistryLoginData } from '../RegistrySettings';
import { RegistryRequest, RegistryTransport } from './RegistryTransport';

const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;
const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
/** Storage behind a registry: whoever is sent there has asked for a blob that exists. */
const SENT_TO_STORAGE = [302, 303, 307];
/** Images of Docker Hub are named by a host that is no registry. */
const ENDPOINTS: Record<string, string> = {
  'docker.io': 'registry-1.docker.io',
  'index.docker.io': 'registry-1.docker.io',
};

/** A request, the answers that are expected, and what it is about for the sentence on any other. */
type Ask = RegistryRequest & { expected: number[]; what: string };

/** One repository of a registry, by the OCI distribution specification. Always https. */
export class RegistryClient {
  readonly #host: string;
  readonly #repository: string;
  readonly #base: URL;
  readonly #hasLogin: boolean;
  readonly #login: RegistryLogin;
  readonly #transport: RegistryTransport;
  readonly #now: () => Date;

  constructor(options: {
    host: string;
    repository: string;
    login: RegistryLoginData | undefined;
    transport: RegistryTransport;
    now: () => Date;
  }) {
    const { host, repository } = options;
    this.#host = host;
    this.#repository = repository;
    this.#base = new URL(
      `https://${ENDPOINTS[host] ?? host}/v2/${repository}/`,
    );
    this.#hasLogin = options.login !== undefined;
    this.#login = new RegistryLogin(options);
    this.#transport = options.transport;
    this.#now = options.now;
  }

  async hasBlob(digest: string, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#ask(
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

  /** Sends a blob from its file, in one request, from the beginning each time. */
  async uploadBlob(
    blob: { digest: string; size: number; path: string },
    signal: AbortSignal,
  ): Promise<void> {
    const what = `the blob ${blob.digest}`;
    const begun = await this.#ask(
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
    const done = await this.#ask(
      {
        method: 'PUT',
        url,
        headers: { 'content-type': 'application/octet-stream' },
        body: { open: () => createReadStream(blob.path), size: blob.size },
        expected: [201, 204],
        what,
      },
      signal,
    );
    await done.discard();
  }

  /** @param reference - a tag or a digest */
  async putManifest(
    reference: string,
    manifest: { mediaType: string; bytes: Uint8Array },
    signal: AbortSignal,
  ): Promise<void> {
    const answer = await this.#ask(
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
    const answer = await this.#ask(
      { ...request, method: 'HEAD', expected: [200, 404] },
      signal,
    );
    await answer.discard();
    const told = answer.header('docker-content-digest');
    if (answer.status === 404 || told !== undefined) {
      return answer.status === 404 ? undefined : told;
    }
    // The header is optional; what there is to read is not.
    const whole = await this.#ask(
      { ...request, method: 'GET', expected: [200] },
      signal,
    );
    const bytes = await whole.bytes(MAX_MANIFEST_BYTES);
    return `sha256:${createHash('sha256')
      .update(bytes ?? '')
      .digest('hex')}`;
  }

  /** The manifest or index under a digest, as the registry has it; undefined where it has none. Bytes that are not those of the digest are refused. */
  async manifest(
    digest: string,
    signal: AbortSignal,
  ): Promise<{ mediaType: string; bytes: Buffer } | undefined> {
    const answer = await this.#ask(
      {
        method: 'GET',
        url: this.#url(`manifests/${digest}`),
        headers: { accept: MANIFEST_TYPES.join(', ') },
        expected: [200, 404],
        what: `the manifest ${digest}`,
      },
      signal,
    );
    if (answer.status === 404) {
      await answer.discard();
      return undefined;
    }
    const mediaType = answer.header('content-type')?.split(';')[0].trim();
    const bytes = await answer.bytes(MAX_MANIFEST_BYTES);
    const found = `sha256:${createHash('sha256')
      .update(bytes ?? '')
      .digest('hex')}`;
    if (!bytes || !mediaType || found !== digest) {
      throw new RegistryError({
        class: 'infrastructure',
        message: `${
          this.#host
        } gives under ${digest} what is not that manifest.`,
        hint: 'A registry that rewrites images cannot be used; ask whoever runs it.',
      });
    }
    return { mediaType, bytes };
  }

  async #ask(ask: Ask, signal: AbortSignal): Promise<RegistryAnswer> {
    let { answer, authorized } = await this.#send(ask, signal);
    let challenges = parseChallenges(answer.list('www-authenticate'));
    const lacksScope = () =>
      authorized &&
      challenges.some(
        ({ parameters }) => parameters.error === 'insufficient_scope',
      );
    if (
      answer.status === 401 &&
      !lacksScope() &&
      this.#login.take(challenges)
    ) {
      await answer.discard();
      ({ answer, authorized } = await this.#send(ask, signal));
      challenges = parseChallenges(answer.list('www-authenticate'));
    }
    if (ask.expected.includes(answer.status)) {
      return answer;
    }
    throw explainAnswer({
      host: this.#host,
      repository: this.#repository,
      what: ask.what,
      status: answer.status,
      complaint: await answer.complaint(text => this.#login.hide(text)),
      retryAfterMs: parseRetryAfter(answer.header('retry-after'), this.#now()),
      hasLogin: this.#hasLogin,
      lacksScope: lacksScope(),
    });
  }

  async #send(
    { method, url, headers, body }: Ask,
    signal: AbortSignal,
  ): Promise<{ answer: RegistryAnswer; authorized: boolean }> {
    const authorization = await this.#login.header(signal);
    const answer = await this.#transport.send(
      {
        method,
        url,
        headers: authorization ? { ...headers, authorization } : headers,
        body,
      },
      signal,
    );
    return { answer, authorized: authorization !== undefined };
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
