import { ExecutionUpdate } from '@image-factory/backstage-plugin-image-factory-node';

/** A step that prints faster than its log is stored waits once this much is unread. */
const MAX_UNREAD_BYTES = 1024 * 1024;
const UPDATE_BYTES = 512;

/**
 * The updates of one run on their way to the one who collects them. Bounded:
 * whoever writes waits for whoever reads.
 */
export class UpdateChannel {
  #updates: ExecutionUpdate[] = [];
  #unreadBytes = 0;
  #closed = false;
  #abandoned = false;
  #everRead = false;
  #wakeReader: (() => void) | undefined;
  #wakeWriters: (() => void)[] = [];

  /** Resolves when there is room again. After {@link abandon} updates are dropped. */
  async write(update: ExecutionUpdate): Promise<void> {
    if (this.#abandoned) {
      return;
    }
    this.#updates.push(update);
    this.#unreadBytes += weigh(update);
    this.#wakeReader?.();
    while (this.#unreadBytes > MAX_UNREAD_BYTES && !this.#abandoned) {
      await new Promise<void>(resolve => this.#wakeWriters.push(resolve));
    }
  }

  /** Writes the last update, without waiting for room. */
  end(update: ExecutionUpdate): void {
    if (!this.#abandoned) {
      this.#updates.push(update);
      this.#unreadBytes += weigh(update);
    }
    this.#closed = true;
    this.#wakeReader?.();
  }

  /** For a stream that ends before its run does: nothing more is written. */
  close(): void {
    this.#closed = true;
    this.#wakeReader?.();
  }

  /** Nothing more will be read. */
  abandon(): void {
    this.#abandoned = true;
    this.#updates = [];
    this.#unreadBytes = 0;
    this.#wake();
  }

  /** For a run that ends before anybody has begun to read: nobody will. */
  abandonUnlessRead(): void {
    if (!this.#everRead) {
      this.abandon();
    }
  }

  /** Everything in order until the channel is closed or the signal aborts. */
  async *read(signal: AbortSignal): AsyncIterable<ExecutionUpdate> {
    this.#everRead = true;
    const wake = () => this.#wakeReader?.();
    signal.addEventListener('abort', wake);
    try {
      while (!signal.aborted) {
        const update = this.#updates.shift();
        if (update) {
          this.#unreadBytes -= weigh(update);
          this.#wake();
          yield update;
        } else if (this.#closed) {
          return;
        } else {
          await new Promise<void>(resolve => {
            this.#wakeReader = resolve;
          });
          this.#wakeReader = undefined;
        }
      }
    } finally {
      signal.removeEventListener('abort', wake);
    }
  }

  #wake(): void {
    const writers = this.#wakeWriters;
    this.#wakeWriters = [];
    writers.forEach(resolve => resolve());
  }
}

function weigh(update: ExecutionUpdate): number {
  return update.type === 'log'
    ? update.bytes.length + UPDATE_BYTES
    : UPDATE_BYTES;
}
