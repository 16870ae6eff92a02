import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import {
  IncomingMessage,
  Server,
  ServerResponse,
  createServer,
} from 'node:http';
import { request } from 'node:https';
import { AddressInfo } from 'node:net';

const FIRST_VERSION = '1';

type KubeConfigJson = {
  clusters: {
    name: string;
    cluster: { server: string; 'certificate-authority-data'?: string };
  }[];
};

/**
 * A proxy before the real API server that ends watches as the server does after
 * a while, and then has each go on from a version that the server has long
 * forgotten. The answers are the server's own.
 */
export class ForgetfulApiServer {
  readonly #server: Server;
  readonly #kubeconfig: KubeConfigJson;
  readonly #target: { server: string; ca: Buffer };
  readonly #watches = new Set<ServerResponse>();
  readonly #toForget = new Set<string>();
  readonly #forgotten = new Set<string>();

  /** Stands before the API server of a kubeconfig. */
  static async start(kubeconfig: string): Promise<ForgetfulApiServer> {
    const proxy = new ForgetfulApiServer(
      JSON.parse(await readFile(kubeconfig, 'utf8')),
    );
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  private constructor(kubeconfig: KubeConfigJson) {
    const [{ cluster }] = kubeconfig.clusters;
    this.#kubeconfig = kubeconfig;
    this.#target = {
      server: cluster.server,
      ca: Buffer.from(cluster['certificate-authority-data']!, 'base64'),
    };
    this.#server = createServer((from, to) => this.#pass(from, to));
  }

  /** The kubeconfig that it was started with, but for the server. */
  async writeKubeconfig(file: string): Promise<void> {
    const { port } = this.#server.address() as AddressInfo;
    const [{ name }] = this.#kubeconfig.clusters;
    const cluster = {
      server: `http://127.0.0.1:${port}`,
      'insecure-skip-tls-verify': true,
    };
    await writeFile(
      file,
      JSON.stringify({ ...this.#kubeconfig, clusters: [{ name, cluster }] }),
    );
  }

  /** The paths whose history the API server has said to be gone. */
  get forgotten(): string[] {
    return [...this.#forgotten].sort();
  }

  /** Ends the watches that run, and has the next one of each ask for what is gone. */
  forget(): void {
    for (const watch of this.#watches) {
      this.#toForget.add(pathOf(watch.req.url));
      watch.end();
    }
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #pass(from: IncomingMessage, to: ServerResponse): void {
    const url = new URL(from.url ?? '/', this.#target.server);
    const isWatch = url.searchParams.get('watch') === 'true';
    if (isWatch && this.#toForget.delete(url.pathname)) {
      url.searchParams.set('resourceVersion', FIRST_VERSION);
    }
    const passed = request(
      url,
      {
        method: from.method,
        ca: this.#target.ca,
        headers: { ...from.headers, host: url.host },
      },
      answer => {
        to.writeHead(answer.statusCode!, answer.headers);
        answer.on('data', piece => {
          if (isWatch && String(piece).includes('"code":410')) {
            this.#forgotten.add(url.pathname);
          }
          to.write(piece);
        });
        answer.on('end', () => to.end());
        if (isWatch) this.#watches.add(to);
      },
    );
    passed.on('error', () => to.destroy());
    to.on('close', () => {
      this.#watches.delete(to);
      passed.destroy();
    });
    from.pipe(passed);
  }
}

function pathOf(url = '/'): string {
  return new URL(url, 'http://localhost').pathname;
}
