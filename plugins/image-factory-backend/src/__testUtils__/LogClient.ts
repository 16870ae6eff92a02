import { LogRange } from '@image-factory/backstage-plugin-image-factory-common';
import { EventSourceMessage, createParser } from 'eventsource-parser';
import { once } from 'node:events';
import { IncomingMessage, get } from 'node:http';

/** The events of one stream until its connection ends. Nothing is read before it is asked for. */
export async function* readEvents(
  stream: AsyncIterable<Uint8Array>,
): AsyncIterable<EventSourceMessage> {
  const events: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: event => events.push(event) });
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    yield* events.splice(0);
  }
}

/** An answer that no broken connection explains. */
class WrongAnswer extends Error {}

/** Follows a log as a page does: goes on after the last range whenever the connection is cut, until the log is whole. */
export class LogClient {
  /** All that has come, in the order in which it came. */
  text = '';
  offset = 0;
  connections = 0;
  readonly #url: string;
  readonly #onRange: () => Promise<void> | void;

  /** @param options.onRange - called after each range; reading waits for it */
  constructor(options: { url: string; onRange?: () => Promise<void> | void }) {
    this.#url = options.url;
    this.#onRange = options.onRange ?? (() => undefined);
  }

  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.connections += 1;
      try {
        if (await this.#once(signal)) return;
      } catch (error) {
        if (error instanceof WrongAnswer) throw error;
        // The connection was cut.
      }
    }
  }

  async #once(signal: AbortSignal): Promise<boolean> {
    // Each on a connection of its own.
    const request = get(`${this.#url}&offset=${this.offset}`, {
      agent: false,
      signal,
    });
    const [response]: IncomingMessage[] = await once(request, 'response');
    if (response.statusCode !== 200) {
      throw new WrongAnswer(`The status is ${response.statusCode}`);
    }
    for await (const { event, id, data } of readEvents(response)) {
      if (event === 'end') return true;
      const range: LogRange = JSON.parse(data);
      if (event !== 'log' || id !== String(range.nextOffset)) {
        throw new WrongAnswer(`Event ${event} with id ${id}`);
      }
      if (range.offset !== this.offset) {
        throw new WrongAnswer(
          `A range from ${range.offset} came where ${this.offset} was due`,
        );
      }
      this.text += range.text;
      this.offset = range.nextOffset;
      await this.#onRange();
    }
    return false;
  }
}
