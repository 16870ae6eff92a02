import { once } from 'node:events';
import {
  type AddressInfo,
  type Server,
  type Socket,
  connect,
  createServer,
} from 'node:net';

/** How many bytes of an answer the connections let pass, one after the other, again and again: less than one of the portal's answers, and as much as many. */
const BUDGETS = [
  6_000, 700, 9_000, 150, 4_000, 3_000, 12_000, 1_500, 2_500, 5_500,
];

/** A proxy between a browser and a portal that lets everything pass until it is told to cut every connection in the middle. */
export class CuttingProxy {
  readonly port: number;
  /** How many connections it has cut. */
  cuts = 0;
  readonly #server: Server;
  readonly #target: number;
  readonly #connections = new Map<Socket, { left: number }>();
  #cutting = false;
  #connected = 0;

  /** @param target - the port of the portal on this machine */
  static async start(target: number): Promise<CuttingProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new CuttingProxy(server, target);
  }

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', socket => this.#connect(socket));
  }

  /** From now on every connection is cut, those that stand too. */
  startCutting(): void {
    this.#cutting = true;
    for (const connection of this.#connections.values()) {
      connection.left = this.#nextBudget();
    }
  }

  /** From now on those that come stand. */
  stopCutting(): void {
    this.#cutting = false;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    [...this.#connections.keys()].forEach(socket => socket.destroy());
    await closed;
  }

  #connect(client: Socket): void {
    const upstream = connect(this.#target, '127.0.0.1');
    const connection = { left: this.#cutting ? this.#nextBudget() : Infinity };
    this.#connections.set(client, connection);
    const close = () => {
      client.destroy();
      upstream.destroy();
      this.#connections.delete(client);
    };
    client.on('error', close).on('close', close);
    upstream.on('error', close).on('close', close);
    client.pipe(upstream);
    upstream.on('data', (bytes: Buffer) => {
      const passed = bytes.subarray(0, connection.left);
      connection.left -= passed.length;
      client.write(passed, () => {
        if (connection.left === 0) {
          this.cuts += 1;
          close();
        }
      });
    });
  }

  #nextBudget(): number {
    const budget = BUDGETS[this.#connected % BUDGETS.length];
    this.#connected += 1;
    return budget;
  }
}
