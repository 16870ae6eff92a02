import { once } from 'node:events';
import {
  type IncomingMessage,
  type Server,
  type ServerResponse,
  createServer,
  request,
} from 'node:http';
import { type AddressInfo } from 'node:net';

/** What the backend answers; everything else is the frontend's. */
const OF_BACKEND = /^\/(api|\.backstage)\//;

/**
 * One address for a frontend and a backend that are served at two, as a portal
 * has it: the browser then needs no leave to ask another origin.
 */
export class FrontDoor {
  readonly url: string;
  readonly #server: Server;

  static async open(options: {
    frontend: string;
    backend: string;
  }): Promise<FrontDoor> {
    const server = createServer((incoming, outgoing) => {
      const isBackend = OF_BACKEND.test(incoming.url ?? '');
      pass(isBackend ? options.backend : options.frontend, incoming, outgoing);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FrontDoor(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://localhost:${(server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }
}

function pass(
  target: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): void {
  const { method, headers, url = '/' } = incoming;
  const onward = request(new URL(url, target), { method, headers }, answer => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.on('error', () => outgoing.destroy());
  outgoing.on('close', () => onward.destroy());
  incoming.pipe(onward);
}
