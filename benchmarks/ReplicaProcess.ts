import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { JsonObject } from '@backstage/types';

const STARTS_WITHIN_MS = 120_000;
const LOOK_MS = 250;

/** What a replica keeps its rows in. */
export type ReplicaDatabase =
  | { engine: 'SQLite' }
  | { engine: 'PostgreSQL'; connection: string };

/** How a replica is started. */
export type ReplicaOptions = {
  /** The file of its program, which tells what backend it is. */
  program: string;
  /** An empty folder. */
  directory: string;
  database: ReplicaDatabase;
  /** A component that its catalog has once it is ready. */
  component: string;
  /** What it is told beside who may sign in and where its rows are. */
  config: JsonObject;
};

/** A replica of the portal, without its pages, in a process of its own. */
export class ReplicaProcess {
  readonly #process: ChildProcess;
  readonly #url: string;
  #output = '';
  #token: string | undefined;

  static async start(options: ReplicaOptions): Promise<ReplicaProcess> {
    const port = await findFreePort();
    const replica = new ReplicaProcess(port, options);
    try {
      await replica.#whenReady(options.component);
    } catch (error) {
      await replica.stop();
      throw error;
    }
    return replica;
  }

  private constructor(port: number, options: ReplicaOptions) {
    this.#url = `http://127.0.0.1:${port}`;
    this.#process = spawn(
      process.execPath,
      [
        '--require',
        require.resolve('@backstage/cli-node/config/nodeTransform.cjs'),
        options.program,
        '--config',
        writeConfig(this.#url, port, options),
      ],
      {
        cwd: __dirname,
        env: { ...process.env, NODE_ENV: 'development' },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', chunk => {
        this.#output += chunk;
      });
    }
  }

  get pid(): number {
    return this.#process.pid!;
  }

  /** All that it has printed so far. */
  get output(): string {
    return this.#output;
  }

  /** Asks the API of the plugin as the guest: with a body it is a POST. */
  async api<T>(path: string, body?: object): Promise<T> {
    this.#token ??= await this.#signIn();
    const response = await fetch(`${this.#url}/api/image-factory${path}`, {
      method: body ? 'POST' : 'GET',
      headers: {
        Authorization: `Bearer ${this.#token}`,
        'Content-Type': 'application/json',
      },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) {
      throw new Error(`${response.status}: ${await response.text()}`);
    }
    return response.json();
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
      return;
    }
    const closed = once(this.#process, 'close');
    this.#process.kill('SIGTERM');
    await closed;
  }

  async #whenReady(component: string): Promise<void> {
    const giveUpAt = Date.now() + STARTS_WITHIN_MS;
    for (;;) {
      // The catalog is the last to be there.
      const isThere = await this.api('/v1/builds/preview', {
        entityRef: component,
      }).catch(() => undefined);
      if (isThere) return;
      if (this.#process.exitCode !== null || Date.now() > giveUpAt) {
        throw new Error(`The replica did not get ready:\n${this.#output}`);
      }
      await delay(LOOK_MS);
    }
  }

  async #signIn(): Promise<string> {
    const response = await fetch(`${this.#url}/api/auth/guest/refresh`, {
      method: 'POST',
      headers: { 'X-Requested-With': 'XMLHttpRequest' },
    });
    const { backstageIdentity } = await response.json();
    return backstageIdentity.token;
  }
}

function writeConfig(
  url: string,
  port: number,
  { directory, database, config }: ReplicaOptions,
): string {
  const file = join(directory, 'app-config.json');
  writeFileSync(
    file,
    JSON.stringify({
      ...config,
      app: { baseUrl: url },
      backend: {
        baseUrl: url,
        listen: { host: '127.0.0.1', port },
        database:
          database.engine === 'SQLite'
            ? {
                client: 'better-sqlite3',
                connection: { directory: join(directory, 'database') },
              }
            : { client: 'pg', connection: database.connection },
      },
      auth: {
        providers: {
          guest: {
            userEntityRef: 'user:default/guest',
            ownershipEntityRefs: ['group:default/guests'],
          },
        },
      },
    }),
  );
  return file;
}

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') {
    throw new Error('No port could be found');
  }
  return address.port;
}
