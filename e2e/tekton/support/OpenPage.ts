import { once } from 'node:events';
import { type IncomingMessage, get } from 'node:http';

const ANSWERS_WITHIN_MS = 2_000;
const MOST_TRIES = 5;

/** What a page that shows a running build keeps open at one replica. */
export class OpenPage {
  readonly #socket: WebSocket;
  readonly #log: IncomingMessage;

  static async open(options: {
    /** Of the replica, such as `10.0.0.1:7007`. */
    host: string;
    token: string;
    buildId: string;
    step: string;
  }): Promise<OpenPage> {
    const { host, token, buildId, step } = options;
    const path = `/api/image-factory/v1/builds/${buildId}/logs/stream`;
    const request = get(`http://${host}${path}?step=${step}`, {
      agent: false,
      headers: { Authorization: `Bearer ${token}` },
    });
    const [log] = (await once(request, 'response')) as [IncomingMessage];
    if (log.statusCode !== 200) {
      throw new Error(`The log is not followed: ${log.statusCode}`);
    }
    log.on('error', () => undefined).resume();
    const socket = await openSignals(`ws://${host}/api/signals`, token);
    return new OpenPage(socket, log);
  }

  private constructor(socket: WebSocket, log: IncomingMessage) {
    this.#socket = socket;
    this.#log = log;
  }

  /** Whether the replica has ended all of it. */
  get isClosed(): boolean {
    const isLogOver = this.#log.complete || this.#log.destroyed;
    return isLogOver && this.#socket.readyState === WebSocket.CLOSED;
  }

  close(): void {
    this.#log.destroy();
    this.#socket.close();
  }
}

/**
 * Backstage's plugin for signals does not answer the first who asks a replica;
 * its own client gives up after a second, too, and asks again.
 */
async function openSignals(url: string, token: string): Promise<WebSocket> {
  for (let tries = 1; ; tries += 1) {
    const socket = new WebSocket(url, token);
    try {
      const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
      await once(socket, 'open', { signal });
      return socket;
    } catch (error) {
      socket.close();
      if (tries === MOST_TRIES) throw error;
    }
  }
}
