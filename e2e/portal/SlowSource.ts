import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { type Server, type ServerResponse, createServer } from 'node:http';
import { join } from 'node:path';
import { writeComponent } from './writeComponent';

/** How a {@link SlowSource} differs from the usual one. */
export type SlowSourceOptions = {
  /** `slow-site` unless told otherwise. */
  name?: string;
  /** With the address of the file that does not come. */
  dockerfile?: (address: string) => string;
};

/**
 * A component whose build waits for a file that does not come until a test says
 * so, so that it may look at a running build for as long as it needs, without a
 * clock.
 */
export class SlowSource {
  readonly #server: Server;
  readonly #responses: ServerResponse[] = [];
  #released = false;

  /** Writes the component into `folder`. */
  static async start(
    folder: string,
    options: SlowSourceOptions = {},
  ): Promise<SlowSource> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('No port could be found for the slow source');
    }
    const {
      name = 'slow-site',
      dockerfile = file => `FROM scratch\nADD ${file} /never\n`,
    } = options;
    mkdirSync(folder, { recursive: true });
    writeComponent(folder, name);
    writeFileSync(
      join(folder, 'Dockerfile'),
      dockerfile(`http://127.0.0.1:${address.port}/never`),
    );
    return new SlowSource(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', (_, response) => {
      this.#responses.push(response);
      if (this.#released) give(response);
    });
  }

  /** How many wait for the file right now. */
  get waiting(): number {
    return this.#responses.filter(response => !isOver(response)).length;
  }

  /** Resolves when as many builds have come to the file and wait for it. */
  async isWaitedFor(builds = 1): Promise<void> {
    while (this.waiting < builds) {
      await once(this.#server, 'request');
    }
  }

  /** Resolves when the processes that have waited are gone. */
  async isGivenUp(): Promise<void> {
    await Promise.all(
      this.#responses
        .filter(response => !isOver(response))
        .map(response => once(response, 'close')),
    );
  }

  /** Gives the file to whoever asks for it from now on. */
  release(): void {
    this.#released = true;
  }

  /** Gives it to those as well who wait for it already. */
  finish(): void {
    this.release();
    this.#responses.filter(response => !isOver(response)).forEach(give);
  }

  /** Lets whoever asks from now on wait again. */
  hold(): void {
    this.#released = false;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function give(response: ServerResponse): void {
  response.end('here it is\n');
}

function isOver(response: ServerResponse): boolean {
  return response.writableEnded || response.destroyed;
}
