import { OutboxStore } from '../database';
import { BuildSignaller } from './BuildSignaller';

const AT_ONCE = 100;

/** Tells others of the events of builds that nobody has been told of, each at least once, also those of a process that was lost in between. */
export class OutboxPublisher {
  readonly #outbox: OutboxStore;
  readonly #signaller: BuildSignaller;

  static create(options: {
    outbox: OutboxStore;
    signaller: BuildSignaller;
  }): OutboxPublisher {
    return new OutboxPublisher(options.outbox, options.signaller);
  }

  private constructor(outbox: OutboxStore, signaller: BuildSignaller) {
    this.#outbox = outbox;
    this.#signaller = signaller;
  }

  async publishPending(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const events = await this.#outbox.unpublished(AT_ONCE);
      for (const event of events) {
        this.#signaller.signal({ buildId: event.buildId, change: 'build' });
        await this.#outbox.markPublished(event);
      }
      if (events.length < AT_ONCE) return;
    }
  }
}
