import { Response } from 'express';
import { once } from 'node:events';

const HEARTBEAT_MS = 15_000;

/** A response of server-sent events. */
export class EventStream {
  readonly #response: Response;
  readonly #closed = new AbortController();
  #heartbeat: NodeJS.Timeout | undefined;

  static open(response: Response): EventStream {
    return new EventStream(response);
  }

  private constructor(response: Response) {
    this.#response = response;
    // Whoever asked may have left while the question was looked into, and then
    // no event tells it.
    if (response.closed || response.destroyed) {
      this.#closed.abort();
      return;
    }
    response.on('close', () => {
      clearInterval(this.#heartbeat);
      this.#closed.abort();
    });
    response.status(200).set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      // No compression on the way, which would hold events back.
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    });
    // Whoever reads knows by the first bytes that nothing on the way holds them back, and by the later ones that the connection lives.
    this.#comment('open');
    this.#heartbeat = setInterval(
      () => this.#comment('still here'),
      HEARTBEAT_MS,
    );
  }

  /** Aborts when nobody reads any more. */
  get signal(): AbortSignal {
    return this.#closed.signal;
  }

  /** Resolves once there is room for more, or when the signal aborts. */
  async send(
    event: { type: string; id?: number; data: object },
    signal: AbortSignal,
  ): Promise<void> {
    const { type, id, data } = event;
    const lines = [
      `event: ${type}`,
      ...(id === undefined ? [] : [`id: ${id}`]),
      `data: ${JSON.stringify(data)}`,
    ];
    if (!this.#response.write(`${lines.join('\n')}\n\n`)) {
      // It rejects when aborted.
      await once(this.#response, 'drain', { signal }).catch(() => undefined);
    }
  }

  /** Ends the response at once, whatever a slow reader has not taken yet. */
  end(): void {
    clearInterval(this.#heartbeat);
    if (this.#response.writableNeedDrain) this.#response.destroy();
    else this.#response.end();
  }

  #comment(text: string): void {
    // What waits for a slow reader says enough.
    if (!this.#response.writableNeedDrain) {
      this.#response.write(`: ${text}\n\n`);
    }
  }
}
