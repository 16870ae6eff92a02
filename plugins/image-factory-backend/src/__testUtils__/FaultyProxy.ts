import { once } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request, Server } from 'node:https';
import { AddressInfo } from 'node:net';
import { TestCertificates } from './TestCertificates';

/** What becomes of a request instead of being handed on. */
export type Fault =
  | { status: number; headers?: Record<string, string>; body?: string }
  | 'reset'
  /** Takes the beginning of what is sent, and then nothing more, without an answer. */
  | 'stall';

export type SeenRequest = {
  method: string;
  path: string;
  authorization: string | undefined;
  /** How much it says that it will send. */
  bytes: number;
};

/** A https proxy before a real server, which misbehaves where a test tells it to and remembers what it was asked. */
export class FaultyProxy {
  readonly host: string;
  readonly requests: SeenRequest[] = [];
  /** Decides of each request whether it goes wrong. */
  fault: (request: SeenRequest) => Fault | undefined = () => undefined;
  /** Is told of a request that is stalled, once some of it has come. */
  onStalled: () => void = () => undefined;
  readonly #server: Server;
  readonly #target: { port: number; ca: string };

  static async start(options: {
    /** The port of the real server on the loopback. */
    port: number;
    certificates: TestCertificates;
  }): Promise<FaultyProxy> {
    const { port, certificates } = options;
    const server = createServer({
      cert: certificates.certPem,
      key: certificates.keyPem,
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new FaultyProxy(server, { port, ca: certificates.caPem });
    server.on('request', (incoming, outgoing) =>
      proxy.#take(incoming, outgoing),
    );
    return proxy;
  }

  private constructor(server: Server, target: { port: number; ca: string }) {
    this.#server = server;
    this.#target = target;
    const { port } = server.address() as AddressInfo;
    this.host = `127.0.0.1:${port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    const closed = once(this.#server, 'close');
    this.#server.close();
    await closed;
  }

  #take(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const seen: SeenRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      authorization: incoming.headers.authorization,
      bytes: Number(incoming.headers['content-length'] ?? 0),
    };
    this.requests.push(seen);
    const fault = this.fault(seen);
    if (fault === 'reset') {
      incoming.socket.destroy();
    } else if (fault === 'stall') {
      incoming.once('readable', () => this.onStalled());
    } else if (fault) {
      outgoing.writeHead(fault.status, fault.headers).end(fault.body);
    } else {
      this.#handOn(incoming, outgoing);
    }
  }

  #handOn(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const upstream = request(
      {
        host: '127.0.0.1',
        port: this.#target.port,
        ca: this.#target.ca,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    upstream.once('error', () => outgoing.destroy());
    incoming.pipe(upstream);
  }
}
