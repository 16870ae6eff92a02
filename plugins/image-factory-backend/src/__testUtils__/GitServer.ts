import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Server, createServer } from 'node:https';
import { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CgiResponse } from './CgiResponse';
import { GitRepository, TEST_GIT_ENVIRONMENT } from './GitRepository';
import { createTestCertificates } from './TestCertificates';

/** Who may read a {@link GitServer}. */
export type GitServerLogin = { username: string; password: string };

/** A request that a {@link GitServer} has got. */
export type GitServerRequest = {
  method: string;
  url: string;
  /** Of the login that came with it, right or wrong. */
  username?: string;
};

/** Answers that are held back. */
export type Stall = {
  /** Resolves once one is. */
  held: Promise<void>;
  /** Gives all of them, and no further one is held. */
  release(): void;
};

/**
 * A git server of a test: Debian's own `git http-backend` behind HTTPS, with a
 * certificate of an authority that only {@link GitServer.caFile} knows.
 */
export class GitServer {
  readonly host: string;
  readonly caFile: string;
  readonly requests: GitServerRequest[] = [];
  readonly #directory: string;
  readonly #server: Server;
  readonly #login: GitServerLogin | undefined;
  readonly #version0: boolean;
  readonly #public = new Set<string>();
  readonly #stalls = new Set<{
    matches: (url: string) => boolean;
    afterBytes: number;
    onHeld: () => void;
    released: Promise<void>;
  }>();
  #status: number | undefined;
  #redirect: string | undefined;

  static async start(
    options: {
      /** Needed for every repository that is not public; none where there is no login. */
      login?: GitServerLogin;
      /** What the certificate is for, where not for localhost. */
      certificateHosts?: string[];
      /** Speaks only the protocol of old servers, which give nothing but the tips of references. */
      version0?: boolean;
    } = {},
  ): Promise<GitServer> {
    const directory = await realpath(
      await mkdtemp(join(tmpdir(), 'git-server-')),
    );
    const { caFile, certPem, keyPem } = await createTestCertificates({
      hosts: options.certificateHosts ?? ['localhost', '127.0.0.1'],
      directory,
    });
    await mkdir(join(directory, 'repositories'));
    const server = createServer({ cert: certPem, key: keyPem });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new GitServer({ ...options, directory, caFile, server });
  }

  private constructor(options: {
    directory: string;
    caFile: string;
    server: Server;
    login?: GitServerLogin;
    version0?: boolean;
  }) {
    this.#directory = options.directory;
    this.#server = options.server;
    this.#login = options.login;
    this.#version0 = options.version0 ?? false;
    this.caFile = options.caFile;
    const { port } = options.server.address() as AddressInfo;
    this.host = `localhost:${port}`;
    options.server.on('request', (request, response) =>
      this.#answer(request, response).catch(() => response.destroy()),
    );
  }

  /** Without a slash at its end. */
  get url(): string {
    return `https://${this.host}`;
  }

  /** Makes a repository, such as `team/app`, whose first commit on main has these files. */
  async createRepository(
    path: string,
    files: Record<string, string | Buffer>,
    options: {
      /** Anybody may read it. */
      public?: boolean;
      /** How commits are named. */
      objectFormat?: 'sha1' | 'sha256';
    } = {},
  ): Promise<GitRepository> {
    const directory = join(this.#directory, 'repositories', `${path}.git`);
    await mkdir(directory, { recursive: true });
    await promisify(execFile)(
      'git',
      [
        'init',
        '--quiet',
        '--bare',
        '--initial-branch=main',
        `--object-format=${options.objectFormat ?? 'sha1'}`,
        directory,
      ],
      { env: TEST_GIT_ENVIRONMENT },
    );
    if (options.public) this.#public.add(path);
    const repository = new GitRepository({
      directory,
      url: `${this.url}/${path}`,
    });
    await repository.commit(files);
    return repository;
  }

  /** Answers everything with this status, until it is told undefined. */
  failWith(status: number | undefined): void {
    this.#status = status;
  }

  /** Sends everybody to another server, until it is told undefined. */
  redirectTo(url: string | undefined): void {
    this.#redirect = url;
  }

  /** Holds answers back, `atMost` so many, from a number of bytes of their bodies on, until they are released. */
  stall(
    options: { matches?: RegExp; afterBytes?: number; atMost?: number } = {},
  ): Stall {
    let left = options.atMost ?? Number.POSITIVE_INFINITY;
    let onHeld!: () => void;
    let release!: () => void;
    const held = new Promise<void>(resolve => {
      onHeld = resolve;
    });
    const released = new Promise<void>(resolve => {
      release = resolve;
    });
    const stall = {
      matches: (url: string) => {
        if (left === 0 || options.matches?.test(url) === false) return false;
        left -= 1;
        return true;
      },
      afterBytes: options.afterBytes ?? 0,
      onHeld,
      released,
    };
    this.#stalls.add(stall);
    return {
      held,
      release: () => {
        this.#stalls.delete(stall);
        release();
      },
    };
  }

  /** Cuts every connection, in the middle of whatever it carries. */
  breakOff(): void {
    this.#server.closeAllConnections();
  }

  async stop(): Promise<void> {
    this.breakOff();
    this.#server.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const url = request.url ?? '/';
    const login = readLogin(request);
    this.requests.push({
      method: request.method ?? '',
      url,
      username: login?.username,
    });
    const stall = [...this.#stalls].find(each => each.matches(url));
    if (stall?.afterBytes === 0) {
      stall.onHeld();
      await stall.released;
    }
    if (this.#redirect !== undefined) {
      response.writeHead(302, { location: this.#redirect + url }).end();
    } else if (this.#status !== undefined) {
      response.writeHead(this.#status).end();
    } else if (!this.#admits(url, login)) {
      response
        .writeHead(401, { 'www-authenticate': 'Basic realm="repositories"' })
        .end();
    } else {
      await this.#serve(request, response, stall);
    }
  }

  #admits(url: string, login: GitServerLogin | undefined): boolean {
    if (!this.#login) return true;
    const isPublic = [...this.#public].some(path =>
      new RegExp(`^/${path}(\\.git)?/`).test(url),
    );
    return (
      isPublic ||
      (login?.username === this.#login.username &&
        login.password === this.#login.password)
    );
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    stall: { afterBytes: number; onHeld(): void; released: Promise<void> } = {
      afterBytes: Infinity,
      onHeld: () => undefined,
      released: Promise.resolve(),
    },
  ): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '/', this.url);
    const { headers } = request;
    const backend = spawn('git', ['http-backend'], {
      env: {
        ...TEST_GIT_ENVIRONMENT,
        GIT_PROJECT_ROOT: join(this.#directory, 'repositories'),
        GIT_HTTP_EXPORT_ALL: '1',
        PATH_INFO: decodeURIComponent(pathname),
        QUERY_STRING: search.slice(1),
        REQUEST_METHOD: request.method,
        CONTENT_TYPE: headers['content-type'] ?? '',
        HTTP_CONTENT_ENCODING: headers['content-encoding'] ?? '',
        ...(headers['content-length'] && {
          CONTENT_LENGTH: headers['content-length'],
        }),
        ...(!this.#version0 && {
          GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
        }),
        REMOTE_ADDR: '127.0.0.1',
      },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    response.once('close', () => backend.kill());
    // It may end without having read all.
    backend.stdin.on('error', () => undefined);
    request.pipe(backend.stdin);
    const cgi = new CgiResponse(response);
    let sent = 0;
    for await (const chunk of backend.stdout) {
      sent += chunk.length;
      if (sent > stall.afterBytes) {
        cgi.write(chunk.subarray(0, chunk.length - (sent - stall.afterBytes)));
        stall.onHeld();
        await stall.released;
      }
      cgi.write(
        sent > stall.afterBytes
          ? chunk.subarray(chunk.length - (sent - stall.afterBytes))
          : chunk,
      );
    }
    cgi.end();
  }
}

function readLogin(request: IncomingMessage): GitServerLogin | undefined {
  const [scheme, value] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'Basic') return undefined;
  const text = Buffer.from(value, 'base64').toString();
  const colon = text.indexOf(':');
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
