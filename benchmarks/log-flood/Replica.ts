import {
  Build,
  BuildRequest,
  Step,
  StepList,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PRINTING_STEP } from './printerMethod';

const STARTS_WITHIN_MS = 120_000;
const LOOK_MS = 250;
const COMPONENT = 'component:default/printer';

/** What the replica keeps its rows in. */
export type ReplicaDatabase =
  | { engine: 'SQLite' }
  | { engine: 'PostgreSQL'; connection: string };

/** A replica of the portal in a process of its own. */
export class Replica {
  readonly #process: ChildProcess;
  readonly #url: string;
  #output = '';
  #token: string | undefined;

  static async start(options: {
    /** An empty folder. */
    directory: string;
    database: ReplicaDatabase;
  }): Promise<Replica> {
    const port = await findFreePort();
    const replica = new Replica(port, options);
    try {
      await replica.#whenReady();
    } catch (error) {
      await replica.stop();
      throw error;
    }
    return replica;
  }

  private constructor(
    port: number,
    options: { directory: string; database: ReplicaDatabase },
  ) {
    this.#url = `http://127.0.0.1:${port}`;
    const config = writeConfig(port, options);
    this.#process = spawn(
      process.execPath,
      [
        '--require',
        require.resolve('@backstage/cli-node/config/nodeTransform.cjs'),
        join(__dirname, 'replicaProcess.ts'),
        '--config',
        config,
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

  /** What it has in memory now, in bytes. */
  residentBytes(): number {
    const pid = String(this.#process.pid);
    const kibibytes =
      process.platform === 'linux'
        ? // A process for each look would take time from what is measured.
          /^VmRSS:\s+(\d+) kB$/m.exec(
            readFileSync(`/proc/${pid}/status`, 'utf8'),
          )?.[1]
        : execFileSync('ps', ['-o', 'rss=', '-p', pid], { encoding: 'utf8' });
    return Number(kibibytes) * 1024;
  }

  /** Has it run a step that prints, and waits for its end. */
  async print(bytes: number, seconds: number): Promise<Step> {
    const request: BuildRequest = {
      entityRef: COMPONENT,
      parameters: { bytes, seconds },
    };
    let build = await this.#api<Build>('/v1/builds', request);
    while (!isTerminal(build.status)) {
      await delay(LOOK_MS);
      build = await this.#api<Build>(`/v1/builds/${build.id}`);
    }
    const { items } = await this.#api<StepList>(`/v1/builds/${build.id}/steps`);
    const step = items.find(({ name }) => name === PRINTING_STEP);
    if (build.status !== 'completed' || !step) {
      throw new Error(
        `The build ended as ${JSON.stringify(build)}:\n${this.#output}`,
      );
    }
    return step;
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
      return;
    }
    const closed = once(this.#process, 'close');
    this.#process.kill('SIGTERM');
    await closed;
  }

  async #whenReady(): Promise<void> {
    const giveUpAt = Date.now() + STARTS_WITHIN_MS;
    for (;;) {
      // The catalog is the last to be there.
      const isThere = await this.#api('/v1/builds/preview', {
        entityRef: COMPONENT,
      }).catch(() => undefined);
      if (isThere) return;
      if (this.#process.exitCode !== null || Date.now() > giveUpAt) {
        throw new Error(`The replica did not get ready:\n${this.#output}`);
      }
      await delay(LOOK_MS);
    }
  }

  async #api<T>(path: string, body?: object): Promise<T> {
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

  async #signIn(): Promise<string> {
    const response = await fetch(`${this.#url}/api/auth/guest/refresh`, {
      method: 'POST',
      headers: { 'X-Requested-With': 'XMLHttpRequest' },
    });
    const { backstageIdentity } = await response.json();
    return backstageIdentity.token;
  }
}

/** The config of a portal that knows one component, and no other tool than the printer. */
function writeConfig(
  port: number,
  { directory, database }: { directory: string; database: ReplicaDatabase },
): string {
  const source = join(directory, 'sources', 'printer');
  mkdirSync(source, { recursive: true });
  writeFileSync(
    join(source, 'catalog-info.yaml'),
    JSON.stringify({
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Component',
      metadata: {
        name: 'printer',
        annotations: {
          'image-factory.io/image': 'printer',
          'image-factory.io/method': 'printer',
        },
      },
      spec: {
        type: 'service',
        lifecycle: 'experimental',
        owner: 'group:default/guests',
      },
    }),
  );
  const file = join(directory, 'app-config.json');
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(
    file,
    JSON.stringify({
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
      catalog: {
        locations: [
          { type: 'file', target: join(source, 'catalog-info.yaml') },
        ],
      },
      imageFactory: {
        dataDirectory: join(directory, 'image-factory'),
        sources: {
          directories: [{ name: 'sources', path: join(directory, 'sources') }],
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
