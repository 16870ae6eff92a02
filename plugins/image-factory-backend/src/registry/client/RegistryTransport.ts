import { Readable } from 'node:stream';
import { Dispatcher, request } from 'undici';
import { createRegistryAgent, SilenceLimits } from './createRegistryAgent';
import { explainConnection } from './explainConnection';
import { RegistryAnswer } from './RegistryAnswer';
import { SilenceWatch } from './SilenceWatch';

export type RegistryRequest = {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT';
  url: URL;
  headers?: Record<string, string>;
  body?: RegistryBody;
};

/** Bytes at hand, or those of a file, which is opened anew for every try. */
export type RegistryBody =
  | { bytes: Uint8Array }
  | { open(): Readable; size: number };

/** Sends requests and follows no redirect; what goes wrong on the way is a {@link RegistryError}. */
export class RegistryTransport {
  readonly #agent: Dispatcher;
  readonly #limits: SilenceLimits;

  static create(options: {
    ca: string | undefined;
    limits: SilenceLimits;
    environment: NodeJS.ProcessEnv;
  }): RegistryTransport {
    return new RegistryTransport(createRegistryAgent(options), options.limits);
  }

  private constructor(agent: Dispatcher, limits: SilenceLimits) {
    this.#agent = agent;
    this.#limits = limits;
  }

  async send(
    { method, url, headers, body }: RegistryRequest,
    signal: AbortSignal,
  ): Promise<RegistryAnswer> {
    const watch = new SilenceWatch(url.host, this.#limits.silentMs);
    try {
      const data = await request(url, {
        method,
        dispatcher: this.#agent,
        headers: {
          'user-agent': 'image-factory',
          ...headers,
          'content-length': String(lengthOf(body)),
        },
        body: body && ('bytes' in body ? body.bytes : watch.over(body.open())),
        signal: AbortSignal.any([signal, watch.signal]),
      });
      return new RegistryAnswer(url.host, data);
    } catch (error) {
      watch.abandon();
      throw signal.aborted
        ? error
        : explainConnection(url.host, error) ?? error;
    } finally {
      watch.stop();
    }
  }

  /** Cuts what is still under way. */
  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

function lengthOf(body: RegistryBody | undefined): number {
  if (!body) {
    return 0;
  }
  return 'bytes' in body ? body.bytes.length : body.size;
}
