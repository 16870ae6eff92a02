import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

/** Holds up the command of a build in its pod until a test opens it. */
export class Gate {
  readonly #server: Server;
  #isOpen = false;

  /** @param address - of this machine, as pods know it */
  static async start(address: string): Promise<Gate> {
    const gate = new Gate();
    gate.#server.listen(0, address);
    await once(gate.#server, 'listening');
    return gate;
  }

  private constructor() {
    this.#server = createServer((_, response) => {
      response.writeHead(this.#isOpen ? 200 : 404).end();
    });
  }

  /** Counts the seconds until it is open, for a RUN in an image that has busybox. */
  get command(): string {
    const { address, port } = this.#server.address() as AddressInfo;
    return `n=0; until wget -q -O /dev/null http://${address}:${port}/; do n=$((n+1)); echo tick $n; sleep 1; done`;
  }

  open(): void {
    this.#isOpen = true;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
