import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type Server, type ServerResponse, createServer } from 'node:http';
import { join } from 'node:path';
import { writeComponent } from './writeComponent';

const INSTRUCTIONS_A_GATE = 60;
const PADDING = 'x'.repeat(100);

/**
 * A component whose build prints a line an instruction, and after each sixty
 * waits at a gate until a test opens it: a log that grows step by step, without
 * a clock.
 */
export class GatedSource {
  readonly #server: Server;
  readonly #waiting = new Map<string, ServerResponse>();
  readonly #open = new Set<string>();

  /** Writes the component into `folder`. */
  static async start(
    folder: string,
    options: { name: string; gates: number },
  ): Promise<GatedSource> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('No port could be found for the gated source');
    }
    writeComponent(folder, options.name);
    const lines = ['FROM scratch'];
    for (let gate = 1; gate <= options.gates; gate += 1) {
      for (let count = 1; count <= INSTRUCTIONS_A_GATE; count += 1) {
        lines.push(`LABEL gate${gate}.instruction${count}=${PADDING}`);
      }
      lines.push(
        `ADD http://127.0.0.1:${address.port}${pathOf(gate)} ${pathOf(gate)}`,
      );
    }
    writeFileSync(join(folder, 'Dockerfile'), `${lines.join('\n')}\n`);
    return new GatedSource(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', ({ url = '' }, response) => {
      if (this.#open.has(url)) response.end('open\n');
      else this.#waiting.set(url, response);
    });
  }

  /** What the log says of the last instruction before a gate. */
  lastLineBefore(gate: number): RegExp {
    return new RegExp(`LABEL gate${gate}\\.instruction${INSTRUCTIONS_A_GATE}=`);
  }

  /** Lets the build go on to the next gate. */
  open(gate: number): void {
    const path = pathOf(gate);
    this.#open.add(path);
    this.#waiting.get(path)?.end('open\n');
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

function pathOf(gate: number): string {
  return `/gate-${gate}`;
}
