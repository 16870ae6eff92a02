import { once } from 'node:events';
import { Server, ServerResponse, createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { KubernetesClient, ServerAnswer } from '../KubernetesClient';
import { KubernetesObject, WatchEvent } from '../kubernetesObjects';
import { OnSecret } from '../RecentSecrets';

/** One request, as it came. */
export type Asked = {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: Record<string, unknown>;
  body: string;
};

/** What the server does with one request. */
export type Answer = (response: ServerResponse, asked: Asked) => void;

/**
 * A real HTTP server that answers as a script says, one answer for each request
 * in turn; whoever asks for more waits. It knows nothing of Kubernetes.
 */
export class ScriptedApiServer {
  readonly asked: Asked[] = [];
  readonly #server: Server;
  readonly #answers: Answer[] = [];
  readonly #listeners = new Set<() => void>();
  #token = 'token-1';

  static async start(...answers: Answer[]): Promise<ScriptedApiServer> {
    const server = new ScriptedApiServer();
    server.#answers.push(...answers);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      const asked: Asked = {
        method: request.method ?? '',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body: await text(request),
      };
      this.asked.push(asked);
      this.#answers.shift()?.(response, asked);
      this.#listeners.forEach(tell => tell());
    });
  }

  /** What comes after all that was scripted before. */
  answer(...answers: Answer[]): void {
    this.#answers.push(...answers);
  }

  /** Whoever asks from now on does so with another token. */
  renewToken(token: string): void {
    this.#token = token;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/`;
  }

  client(
    onAnswer?: (answer: ServerAnswer) => void,
    options: {
      onSecret?: OnSecret;
      /** How long a login takes, as where a command asks a cloud for it. */
      loginMs?: number;
    } = {},
  ): KubernetesClient {
    return KubernetesClient.create({
      onAnswer,
      onSecret: options.onSecret,
      login: {
        getCurrentCluster: () => ({
          name: 'scripted',
          server: this.url,
          skipTLSVerify: false,
        }),
        applyToHTTPSOptions: async login => {
          if (options.loginMs) await delay(options.loginMs);
          login.headers = { Authorization: `Bearer ${this.#token}` };
        },
      },
    });
  }

  /** The request of that number, from 1, once it has come. */
  async untilAsked(number: number): Promise<Asked> {
    while (this.asked.length < number) {
      await new Promise<void>(resolve => {
        const tell = () => {
          this.#listeners.delete(tell);
          resolve();
        };
        this.#listeners.add(tell);
      });
    }
    return this.asked[number - 1];
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export function json(status: number, body: unknown): Answer {
  return response => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
}

/** A page of a list. */
export function page(
  resourceVersion: string,
  items: KubernetesObject[],
  next?: string,
): Answer {
  return json(200, {
    metadata: { resourceVersion, continue: next },
    items,
  });
}

/** The events of a watch, which then stays open, or ends as it does when its time is up. */
export function events(
  told: WatchEvent<KubernetesObject>[],
  { ends = false }: { ends?: boolean } = {},
): Answer {
  return response => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
    told.forEach(event => response.write(`${JSON.stringify(event)}\n`));
    if (ends) response.end();
  };
}

export function object(
  name: string,
  resourceVersion: string,
  overrides: Partial<KubernetesObject['metadata']> = {},
): KubernetesObject {
  return { metadata: { name, resourceVersion, ...overrides } };
}
