import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FrontDoor } from './FrontDoor';
import { findFreePort, listens } from './ports';

const ROOT = join(__dirname, '..', '..');
const STARTS_WITHIN_MS = 120_000;
const STOPS_WITHIN_MS = 10_000;
const LOOKS_EVERY_MS = 200;

/**
 * The dev app of the plugin, which is in the classic frontend system, bundled
 * and served as `yarn workspace … start` does, in front of a portal's backend.
 */
export class ClassicApp {
  readonly url: string;
  readonly #door: FrontDoor;
  readonly #process: ChildProcess;
  #output = '';

  /** Resolves when the app is bundled and served. */
  static async start(options: { backendUrl: string }): Promise<ClassicApp> {
    const port = await findFreePort();
    const door = await FrontDoor.open({
      frontend: `http://localhost:${port}`,
      backend: options.backendUrl,
    });
    const app = new ClassicApp(port, door);
    try {
      await app.#whenServed(port);
    } catch (error) {
      await app.stop();
      throw error;
    }
    return app;
  }

  private constructor(port: number, door: FrontDoor) {
    this.#door = door;
    this.url = door.url;
    this.#process = spawn(
      process.execPath,
      [
        join(ROOT, 'node_modules/@backstage/cli/bin/backstage-cli'),
        'package',
        'start',
      ],
      {
        cwd: join(ROOT, 'plugins/image-factory'),
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          // It opens no browser of its own.
          BROWSER: 'none',
          APP_CONFIG_app_baseUrl: JSON.stringify(`http://localhost:${port}`),
          APP_CONFIG_backend_baseUrl: JSON.stringify(door.url),
        },
      },
    );
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.setEncoding('utf8').on('data', chunk => {
        this.#output += chunk;
      });
    }
  }

  async stop(): Promise<void> {
    await this.#door.close();
    const { pid } = this.#process;
    if (pid === undefined || this.#isOver()) {
      return;
    }
    const closed = once(this.#process, 'close');
    const force = setTimeout(
      () => process.kill(-pid, 'SIGKILL'),
      STOPS_WITHIN_MS,
    );
    process.kill(-pid, 'SIGTERM');
    await closed;
    clearTimeout(force);
  }

  async #whenServed(port: number): Promise<void> {
    const deadline = Date.now() + STARTS_WITHIN_MS;
    while (!(await listens(port))) {
      if (this.#isOver() || Date.now() > deadline) {
        throw new Error(
          `The classic app did not start. What it printed:\n${this.#output}`,
        );
      }
      await pause(LOOKS_EVERY_MS);
    }
    // Answered only when the bundle is there.
    const response = await fetch(this.url);
    if (!response.ok) {
      throw new Error(
        `The classic app answers ${response.status}. What it printed:\n${
          this.#output
        }`,
      );
    }
  }

  #isOver(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null;
  }
}
