import { once } from 'node:events';
import { AddressInfo, Server, Socket, connect, createServer } from 'node:net';

/** A way to a server that, from a moment on, carries nothing any more and tells nobody: what a cut cable looks like. */
export class StallingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #isStalled = false;
  #isStopped = false;

  static async start(target: {
    host: string;
    port: number;
  }): Promise<StallingProxy> {
    const server = createServer();
    const proxy = new StallingProxy(server, target);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  private constructor(server: Server, target: { host: string; port: number }) {
    this.#server = server;
    server.on('connection', client => {
      const upstream = connect(target.port, target.host);
      this.#carry(client, upstream);
      this.#carry(upstream, client);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  stall(): void {
    this.#isStalled = true;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const socket of this.#sockets) socket.destroy();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on('data', bytes => {
      if (!this.#isStalled) to.write(bytes);
    });
    from.on('error', () => undefined);
    from.on('close', () => {
      this.#sockets.delete(from);
      if (!this.#isStalled) to.destroy();
    });
  }
}
