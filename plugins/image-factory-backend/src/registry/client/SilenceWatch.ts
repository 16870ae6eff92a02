import { Readable } from 'node:stream';
import { RegistryError } from './RegistryError';

/** Undici has a limit for a peer that does not answer, and none for one that does not take what it is sent. */
export class SilenceWatch {
  readonly #controller = new AbortController();
  readonly #host: string;
  readonly #silentMs: number;
  #content: Readable | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(host: string, silentMs: number) {
    this.#host = host;
    this.#silentMs = silentMs;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The content, watched while it is read. */
  over(content: Readable): Readable {
    this.#content = content;
    return Readable.from(this.#watched(content), { objectMode: false });
  }

  async *#watched(content: Readable): AsyncIterable<Uint8Array> {
    this.#timer = setTimeout(() => this.#giveUp(), this.#silentMs);
    for await (const chunk of content) {
      this.#timer.refresh();
      yield chunk;
    }
    this.stop();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  /** Closes content that nobody may have begun to read. */
  abandon(): void {
    this.#content?.destroy();
  }

  #giveUp(): void {
    this.#controller.abort(
      new RegistryError({
        class: 'infrastructure',
        message: `${this.#host} took nothing of what it was sent for ${
          this.#silentMs / 1000
        } s.`,
        hint: 'Check the network on the way to it, and its load and free disk space. The build is tried again by itself.',
        retryable: true,
      }),
    );
  }
}
