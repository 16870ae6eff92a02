import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFreePort, listens } from './ports';
import { PortalApi } from './PortalApi';
import { childrenOf } from './processes';

export { PortalError } from './PortalApi';

const ROOT = join(__dirname, '..', '..');
const EXAMPLES = join(ROOT, 'examples');
const STARTS_WITHIN_MS = 180_000;
const STOPS_WITHIN_MS = 30_000;

/** How a portal of a test is started. */
export type PortalOptions = {
  /** A folder of further components, each with a catalog-info.yaml. */
  sources: string;
  /** One that is given stays when the portal stops. */
  dataDirectory?: string;
  /** Settings over those of the tests, by their path with `_` between its parts. */
  config?: Record<string, unknown>;
  /** Variables of the environment of the portal. */
  environment?: Record<string, string>;
  /** False serves the API alone. */
  frontend?: boolean;
};

/**
 * The real portal as a user starts it, with `npm start`'s own script, on a port
 * and with a data folder of its own.
 */
export class Portal {
  readonly url: string;
  readonly dataDirectory: string;
  readonly #process: ChildProcess;
  readonly #port: number;
  readonly #keepsData: boolean;
  readonly #api: PortalApi;
  #output = '';
  #backendPid: number | undefined;

  static async start(options: PortalOptions): Promise<Portal> {
    const portal = new Portal(await findFreePort(), options);
    try {
      await portal.#whenReady();
    } catch (error) {
      await portal.stop();
      throw error;
    }
    return portal;
  }

  private constructor(port: number, options: PortalOptions) {
    const { sources, config, environment, frontend = true } = options;
    this.#keepsData = options.dataDirectory !== undefined;
    this.#port = port;
    this.url = `http://localhost:${port}`;
    this.#api = new PortalApi(this.url);
    this.dataDirectory =
      options.dataDirectory ??
      mkdtempSync(join(tmpdir(), 'image-factory-portal-'));
    this.#process = spawn(
      process.execPath,
      [
        'scripts/run.cjs',
        'start',
        '--no-install',
        ...(frontend ? [] : ['--no-frontend']),
      ],
      {
        cwd: ROOT,
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          PORT: String(port),
          ...environment,
          ...asEnvironment({
            backend_database_connection_directory: join(
              this.dataDirectory,
              'database',
            ),
            imageFactory_dataDirectory: join(
              this.dataDirectory,
              'image-factory',
            ),
            // The same on every machine, whatever else is installed.
            imageFactory_executors_local_toolOrder: ['buildah'],
            imageFactory_sources_directories: [
              { name: 'examples', path: EXAMPLES },
              { name: 'tests', path: sources },
            ],
            catalog_locations: [
              { type: 'file', target: join(EXAMPLES, 'catalog-info.yaml') },
              { type: 'file', target: join(sources, '*/catalog-info.yaml') },
            ],
            ...config,
          }),
        },
      },
    );
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', chunk => {
        this.#output += chunk;
      });
    }
  }

  /** All that it has printed so far. */
  get output(): string {
    return this.#output;
  }

  /** The process that serves and builds, which the start script has started. */
  get backendPid(): number {
    if (this.#backendPid === undefined) {
      throw new Error('The portal is not ready yet');
    }
    return this.#backendPid;
  }

  /** Ends it as Ctrl-C does, and makes sure that it is gone with all its data. */
  async stop(): Promise<void> {
    if (this.#isRunning()) {
      const closed = once(this.#process, 'close');
      const force = setTimeout(() => this.#signal('SIGKILL'), STOPS_WITHIN_MS);
      this.#signal('SIGTERM');
      await closed;
      clearTimeout(force);
    }
    if (!this.#keepsData) {
      rmSync(this.dataDirectory, { recursive: true, force: true });
    }
    if (await listens(this.#port)) {
      throw new Error(`Something still listens on port ${this.#port}`);
    }
  }

  /**
   * Ends it as a power cut would, with `kill -9`: it gets no chance to tidy up.
   * The backend goes first, since it stops in good order where it sees that the
   * script that has started it is gone.
   */
  async kill(): Promise<void> {
    const closed = once(this.#process, 'close');
    process.kill(this.backendPid, 'SIGKILL');
    this.#signal('SIGKILL');
    await closed;
  }

  /** Asks the API of the plugin as the guest: with a body it is a POST. */
  async api<T>(path: string, body?: object): Promise<T> {
    return this.#api.ask<T>(path, body);
  }

  async #whenReady(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const tooLong = setTimeout(
        () => reject(this.#problem('The portal did not get ready')),
        STARTS_WITHIN_MS,
      );
      const look = () => {
        if (this.#output.includes(`ready at ${this.url}`)) {
          clearTimeout(tooLong);
          resolve();
        }
      };
      this.#process.stdout?.on('data', look);
      this.#process.once('close', () => {
        clearTimeout(tooLong);
        reject(this.#problem('The portal ended before it was ready'));
      });
    });
    [this.#backendPid] = childrenOf(this.#process.pid!);
  }

  #problem(what: string): Error {
    return new Error(`${what}. What it printed:\n${this.#output}`);
  }

  #isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#process.pid !== undefined) {
      process.kill(-this.#process.pid, signal);
    }
  }
}

/** Backstage reads settings from the environment as well. */
function asEnvironment(config: Record<string, unknown>) {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      `APP_CONFIG_${key}`,
      JSON.stringify(value),
    ]),
  );
}
