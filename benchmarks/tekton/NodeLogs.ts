import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Server, createServer } from 'node:https';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  CORE_API,
  KubernetesClient,
  KubernetesObject,
  ObjectWatch,
  objectPath,
} from '../../plugins/image-factory-backend/src/clusters';

const LINES = 20;
const TEXT =
  'a line as a build tool prints one, with the name of a layer and a digest of it';

type PodObject = KubernetesObject & {
  status?: {
    containerStatuses?: {
      name: string;
      state?: {
        running?: { startedAt: string };
        terminated?: { startedAt: string; finishedAt: string };
      };
    }[];
  };
};

type Container = { startedAt: string; finishedAt: string | undefined };

/**
 * The logs of containers on nodes that kwok plays, where the API server asks for
 * them as it asks a kubelet: half of the lines as a container starts, the others
 * as it ends, and then the answer ends. What kwok itself serves never does.
 */
export class NodeLogs {
  readonly #server: Server;
  readonly #pods: ObjectWatch<PodObject, Record<string, Container>>;

  static async start(options: {
    client: KubernetesClient;
    namespace: string;
    /** A folder for its certificate. */
    directory: string;
  }): Promise<NodeLogs> {
    const key = join(options.directory, 'node-logs.key');
    const certificate = join(options.directory, 'node-logs.crt');
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-nodes', '-days', '2', '-subj', '/CN=node-logs'],
      ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'],
      ...['-keyout', key, '-out', certificate],
    ]);
    const logs = new NodeLogs(options.client, options.namespace, {
      key: readFileSync(key),
      cert: readFileSync(certificate),
    });
    logs.#server.listen(0, '127.0.0.1');
    await once(logs.#server, 'listening');
    return logs;
  }

  private constructor(
    client: KubernetesClient,
    namespace: string,
    identity: { key: Buffer; cert: Buffer },
  ) {
    this.#pods = ObjectWatch.create({
      client,
      path: objectPath(CORE_API, namespace, 'pods'),
      reduce: toContainers,
      random: Math.random,
      steady: () => performance.now(),
    });
    this.#pods.start();
    this.#server = createServer(identity, (request, response) => {
      this.#answer(request, response).catch(error => {
        response.destroy(error);
      });
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many lines each container prints, and how many bytes, without the times. */
  static get expected(): { lines: number; bytes: number } {
    return { lines: LINES, bytes: LINES * (TEXT.length + 1) };
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#pods.stop();
  }

  async #answer(
    { url = '' }: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { pathname, searchParams } = new URL(url, 'https://node');
    const [, kind, , pod, name] = pathname.split('/');
    const find = () => this.#pods.get(pod)?.[name];
    if (kind !== 'containerLogs' || !find()) {
      // As a kubelet says it of one that waits to start.
      response.writeHead(kind === 'containerLogs' ? 400 : 404);
      response.end(`container "${name}" in pod "${pod}" is not available`);
      return;
    }
    const since = Date.parse(searchParams.get('sinceTime') ?? '') || 0;
    const write = (from: string, count: number) => {
      for (let line = 0; line < count; line += 1) {
        const at = new Date(Date.parse(from) + line);
        if (at.getTime() < since) continue;
        response.write(`${at.toISOString()} ${TEXT}\n`);
      }
    };
    write(find()!.startedAt, LINES / 2);
    const finishedAt = await this.#end(find, response);
    if (finishedAt !== undefined) write(finishedAt, LINES / 2);
    response.end();
  }

  /** When the container ends; undefined where nobody waits for it any more, or its pod is gone. */
  async #end(
    find: () => Container | undefined,
    response: ServerResponse,
  ): Promise<string | undefined> {
    for (;;) {
      const container = find();
      if (!container || response.closed) return undefined;
      if (container.finishedAt !== undefined) return container.finishedAt;
      await new Promise<void>(resolve => {
        const leave = this.#pods.onChange(() => {
          if (find() === container && !response.closed) return;
          leave();
          resolve();
        });
        response.once('close', () => {
          leave();
          resolve();
        });
      });
    }
  }
}

function toContainers({ status }: PodObject): Record<string, Container> {
  return Object.fromEntries(
    (status?.containerStatuses ?? []).flatMap(({ name, state }) => {
      const startedAt = (state?.terminated ?? state?.running)?.startedAt;
      return startedAt === undefined
        ? []
        : [[name, { startedAt, finishedAt: state?.terminated?.finishedAt }]];
    }),
  );
}
