import { once } from 'node:events';
import { AddressInfo, connect, createServer, Server, Socket } from 'node:net';

/** A connection lives for between 2^7 and 2^19 bytes: too few for one answer, or enough for several. */
const SHORTEST = 7;
const LONGEST = 19;

/**
 * A proxy between a client and a server that cuts every connection after some
 * bytes of the answer. Where it cuts follows from the seed alone.
 */
export class CuttingProxy {
  readonly url: string;
  /** How many connections it has cut. */
  cuts = 0;
  readonly #server: Server;
  readonly #target: number;
  readonly #random: () => number;
  readonly #sockets = new Set<Socket>();

  static async start(options: {
    /** The port of the server on the loopback. */
    port: number;
    seed: number;
  }): Promise<CuttingProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CuttingProxy(server, options);
  }

  private constructor(
    server: Server,
    { port, seed }: { port: number; seed: number },
  ) {
    this.#server = server;
    this.#target = port;
    this.#random = seededRandom(seed);
    const address = server.address() as AddressInfo;
    this.url = `http://127.0.0.1:${address.port}`;
    server.on('connection', socket => this.#connect(socket));
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#sockets.forEach(socket => socket.destroy());
    await closed;
  }

  #connect(client: Socket): void {
    const upstream = connect(this.#target, '127.0.0.1');
    let left = Math.round(
      2 ** (SHORTEST + this.#random() * (LONGEST - SHORTEST)),
    );
    const close = () => {
      client.destroy();
      upstream.destroy();
      this.#sockets.delete(client);
      this.#sockets.delete(upstream);
    };
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      socket.on('error', close).on('close', close);
    }
    client.pipe(upstream);
    upstream.on('data', (bytes: Buffer) => {
      const passed = bytes.subarray(0, left);
      left -= passed.length;
      const hasRoom = client.write(passed, () => {
        if (left === 0) {
          this.cuts += 1;
          close();
        }
      });
      if (!hasRoom) {
        upstream.pause();
        client.once('drain', () => upstream.resume());
      }
    });
  }
}

/** Mulberry32: small, and the same everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
