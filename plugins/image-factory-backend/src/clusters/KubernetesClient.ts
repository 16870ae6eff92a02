import type { RequestOptions } from 'node:https';
import { Agent, Dispatcher, request } from 'undici';
import { ClusterLogin } from './KubeConfigFile';
import { KubernetesError, toKubernetesError } from './KubernetesError';
import { KubernetesObject, WatchEvent } from './kubernetesObjects';
import { OnSecret, RecentSecrets } from './RecentSecrets';
import { readLines } from './readLines';

const CONNECT_WITHIN_MS = 10_000;
/** The API server gives up on its own requests after a minute. */
const ANSWER_WITHIN_MS = 70_000;
/** A bookmark comes each minute; a connection that is cut silently brings none. */
const WATCH_SILENT_FOR_MS = 150_000;
/** Whoever gives up before has left the server no time to answer in. */
const SILENT_AFTER_MS = 2_000;
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Well above what an API server stores of one object. */
const MAX_EVENT_BYTES = 16 * 1024 * 1024;

/** What is added to the path of a request; what is undefined is left out. */
export type Query = Record<string, string | number | boolean | undefined>;

/** How an API server has answered, and after how long; no status where no answer came. */
export type ServerAnswer = { milliseconds: number; status: number | undefined };

type Ask = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  query?: Query;
  body?: unknown;
  contentType?: string;
  silentForMs?: number;
  /** Whether another server answers than the API server's own. */
  isAside?: boolean;
  signal: AbortSignal;
};

/**
 * A thin client of one API server: plain objects, streams that end when they
 * have been silent for too long, and errors that tell what was asked. What it
 * leaves to the library is who asks, which cloud providers have many ways for.
 */
export class KubernetesClient {
  readonly #login: ClusterLogin;
  readonly #onAnswer: (answer: ServerAnswer) => void;
  readonly #secrets: RecentSecrets;
  #agent: { key: string; agent: Agent } | undefined;

  static create(options: {
    login: ClusterLogin;
    /** Hears of each answer but those that are streams, whose ends are far away and may be of nodes. */
    onAnswer?: (answer: ServerAnswer) => void;
    /** Hears of each token and password before it is used. */
    onSecret?: OnSecret;
  }): KubernetesClient {
    return new KubernetesClient(options);
  }

  private constructor(options: Parameters<typeof KubernetesClient.create>[0]) {
    const { login, onAnswer, onSecret } = options;
    this.#login = login;
    this.#onAnswer = onAnswer ?? (() => undefined);
    this.#secrets = new RecentSecrets(onSecret ?? (() => () => undefined));
  }

  /** @throws KubernetesError */
  async get<T>(path: string, signal: AbortSignal, query?: Query): Promise<T> {
    return this.#json({ method: 'GET', path, query, signal });
  }

  /**
   * What another server answers behind the API server, such as one of metrics:
   * its errors and its pace say nothing of the cluster.
   *
   * @throws KubernetesError
   */
  async getAside<T>(
    path: string,
    signal: AbortSignal,
    query?: Query,
  ): Promise<T> {
    return this.#json({ method: 'GET', path, query, isAside: true, signal });
  }

  /** @throws KubernetesError */
  async create<T>(
    path: string,
    object: T,
    signal: AbortSignal,
    query?: Query,
  ): Promise<T> {
    return this.#json({ method: 'POST', path, body: object, query, signal });
  }

  /** By RFC 6902. @throws KubernetesError */
  async patch<T>(
    path: string,
    operations: { op: string; path: string; value?: unknown }[],
    signal: AbortSignal,
  ): Promise<T> {
    return this.#json({
      method: 'PATCH',
      path,
      body: operations,
      contentType: 'application/json-patch+json',
      signal,
    });
  }

  /** @throws KubernetesError */
  async delete(path: string, signal: AbortSignal): Promise<void> {
    await this.#json({
      method: 'DELETE',
      path,
      body: { propagationPolicy: 'Background' },
      signal,
    });
  }

  /**
   * The events of a watch until the server ends it, or it is silent for too long.
   *
   * @param onOpen - is called once the server has begun to answer
   * @throws KubernetesError
   */
  async *watch<T extends KubernetesObject>(
    path: string,
    query: Query,
    signal: AbortSignal,
    onOpen: () => void = () => undefined,
  ): AsyncIterable<WatchEvent<T>> {
    const bytes = await this.#stream({
      method: 'GET',
      path,
      query: { ...query, watch: true, allowWatchBookmarks: true },
      silentForMs: WATCH_SILENT_FOR_MS,
      signal,
    });
    onOpen();
    for await (const lines of readLines(bytes, {
      mayBeCutOff: true,
      maxBytes: MAX_EVENT_BYTES,
    })) {
      for (const line of lines) yield JSON.parse(line.toString('utf8'));
    }
  }

  /** Bytes as they come. @throws KubernetesError */
  async stream(
    path: string,
    query: Query,
    signal: AbortSignal,
    silentForMs: number,
  ): Promise<AsyncIterable<Buffer>> {
    return this.#stream({ method: 'GET', path, query, silentForMs, signal });
  }

  async close(): Promise<void> {
    await this.#agent?.agent.destroy();
  }

  async #json<T>(ask: Ask): Promise<T> {
    // A login can take a command that asks a cloud: that is not the server's time.
    let sentAt: number | undefined;
    const tell = (status: number | undefined) => {
      if (sentAt === undefined || ask.isAside) return;
      const milliseconds = performance.now() - sentAt;
      this.#onAnswer({ milliseconds, status });
    };
    let text: string;
    let answered: number | undefined;
    try {
      const answer = await this.#ask(ask, () => {
        sentAt = performance.now();
      });
      answered = answer.statusCode;
      text = await readText(answer, describe(ask));
      tell(answer.statusCode);
    } catch (error) {
      // One that is too large says nothing of how the server is.
      if (error instanceof KubernetesError) {
        tell(error.isTooLarge ? answered : error.status);
      } else if (isTimeout(error) && isSilent(sentAt)) tell(undefined);
      throw error;
    }
    return JSON.parse(text);
  }

  async #stream(ask: Ask): Promise<AsyncIterable<Buffer>> {
    const answer = await this.#ask(ask);
    return withErrors(answer.body, describe(ask), ask.signal);
  }

  async #ask(
    ask: Ask,
    onSent: () => void = () => undefined,
  ): Promise<Dispatcher.ResponseData> {
    const what = describe(ask);
    let answer: Dispatcher.ResponseData;
    try {
      // Asked each time: tokens run out, and commands print new ones.
      const login: RequestOptions = {};
      await this.#login.applyToHTTPSOptions(login);
      secretsOf(login).forEach(value => this.#secrets.keep(value));
      onSent();
      answer = await request(this.#url(ask), {
        method: ask.method,
        dispatcher: this.#agentFor(login),
        headers: {
          accept: 'application/json, */*;q=0.5',
          ...headersOf(login),
          ...(ask.body === undefined
            ? {}
            : { 'content-type': ask.contentType ?? 'application/json' }),
        },
        body: ask.body === undefined ? undefined : JSON.stringify(ask.body),
        headersTimeout: ANSWER_WITHIN_MS,
        bodyTimeout: ask.silentForMs ?? ANSWER_WITHIN_MS,
        signal: ask.signal,
      });
    } catch (error) {
      throw noAnswer(what, error, ask.signal);
    }
    if (answer.statusCode >= 400) {
      const text = await readText(answer, what);
      const retryAfter = answer.headers['retry-after'];
      throw toKubernetesError(
        answer.statusCode,
        text,
        what,
        [retryAfter].flat()[0],
      );
    }
    return answer;
  }

  #url({ path, query = {} }: Ask): string {
    const search = new URLSearchParams(
      Object.entries(query).flatMap(([key, value]) =>
        value === undefined ? [] : [[key, String(value)]],
      ),
    ).toString();
    const server = this.#login.getCurrentCluster()!.server.replace(/\/$/, '');
    return `${server}${path}${search ? `?${search}` : ''}`;
  }

  /** Connections are kept as long as the certificates that they were made with hold. */
  #agentFor({ ca, cert, key, servername, rejectUnauthorized }: RequestOptions) {
    const identity = JSON.stringify(
      [ca, cert, key, servername, rejectUnauthorized].map(value =>
        value === undefined ? null : String(value),
      ),
    );
    if (this.#agent?.key !== identity) {
      // What runs over the old one may end.
      this.#agent?.agent.close().catch(() => undefined);
      this.#agent = {
        key: identity,
        agent: new Agent({
          connections: null,
          connect: {
            timeout: CONNECT_WITHIN_MS,
            ca: ca as string | Buffer | undefined,
            cert: cert as string | Buffer | undefined,
            key: key as string | Buffer | undefined,
            servername,
            rejectUnauthorized,
          },
        }),
      };
    }
    return this.#agent.agent;
  }
}

function describe({ method, path }: Ask): string {
  return `${method} ${path}`;
}

function headersOf({ headers, auth }: RequestOptions): Record<string, string> {
  const given = Object.fromEntries(
    Object.entries((headers ?? {}) as Record<string, unknown>).map(
      ([name, value]) => [name, String(value)],
    ),
  );
  return auth
    ? {
        ...given,
        Authorization: `Basic ${Buffer.from(auth).toString('base64')}`,
      }
    : given;
}

/** What a login must not be seen by: the token behind the word Bearer, or the password behind the user. */
function secretsOf(login: RequestOptions): string[] {
  const { Authorization, authorization } = headersOf({
    ...login,
    auth: undefined,
  });
  const header = Authorization ?? authorization;
  return [
    header?.replace(/^\S+\s+/, ''),
    login.auth?.slice(login.auth.indexOf(':') + 1),
  ].filter((value): value is string => Boolean(value));
}

function noAnswer(what: string, error: unknown, signal: AbortSignal): Error {
  if (signal.aborted) return signal.reason;
  const message = error instanceof Error ? error.message : String(error);
  return new KubernetesError({
    message: `${what}: the API server gives no answer (${message})`,
    cause: error,
  });
}

/** Whoever asked has waited long enough, rather than lost interest. */
function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}

function isSilent(sentAt: number | undefined): boolean {
  return sentAt !== undefined && performance.now() - sentAt >= SILENT_AFTER_MS;
}

async function readText(
  answer: Dispatcher.ResponseData,
  what: string,
): Promise<string> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of answer.body) {
      length += part.length;
      if (length > MAX_ANSWER_BYTES) break;
      parts.push(part);
    }
  } catch (error) {
    throw noAnswer(what, error, new AbortController().signal);
  }
  if (length > MAX_ANSWER_BYTES) {
    throw new KubernetesError({
      message: `${what}: the answer is larger than ${MAX_ANSWER_BYTES} bytes`,
      isTooLarge: true,
    });
  }
  return Buffer.concat(parts).toString('utf8');
}

async function* withErrors(
  body: AsyncIterable<Buffer>,
  what: string,
  signal: AbortSignal,
): AsyncIterable<Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw noAnswer(what, error, signal);
  }
}
