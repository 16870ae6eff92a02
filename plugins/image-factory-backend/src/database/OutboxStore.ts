import { Knex } from 'knex';
import { databaseNow, toColumn } from './engine';

/** An event that nobody has been told of yet. */
export type UnpublishedEvent = {
  buildId: string;
  sequence: number;
  type: string;
};

/**
 * The events that are still to be told to others. Found by their flag, never by
 * a running number, which would skip a transaction that commits late.
 */
export class OutboxStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): OutboxStore {
    return new OutboxStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  async unpublished(limit: number): Promise<UnpublishedEvent[]> {
    return this.#knex('build_events')
      .whereNull('build_events.published_at')
      .orderBy(['build_events.at', 'build_events.sequence'])
      .limit(limit)
      .select({
        buildId: 'build_events.build_id',
        sequence: 'build_events.sequence',
        type: 'build_events.type',
      });
  }

  async markPublished(event: UnpublishedEvent): Promise<void> {
    await this.#knex('build_events')
      .where({ build_id: event.buildId, sequence: event.sequence })
      .update({ published_at: toColumn(await databaseNow(this.#knex)) });
  }
}
