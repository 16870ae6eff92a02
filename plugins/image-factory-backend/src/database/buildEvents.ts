import { BuildEvent } from '@image-factory/backstage-plugin-image-factory-common';
import { JsonObject } from '@backstage/types';
import { Knex } from 'knex';
import { toColumn, toIso } from './engine';
import { BuildEventRow } from './tables';

/** Something that has happened to a build. */
export type NewBuildEvent = {
  buildId: string;
  type: string;
  /** Milliseconds since the epoch, by the database's clock. */
  at: number;
  /** A user's entity reference, or `system`. */
  actor: string;
  data?: JsonObject;
};

/**
 * Appends to the history of a build. Only within the transaction of the change
 * that it tells of: the lock on the build's row makes the sequence free of gaps
 * and doubles.
 */
export async function appendEvent(
  trx: Knex.Transaction,
  event: NewBuildEvent,
): Promise<void> {
  const last = await trx<BuildEventRow>('build_events')
    .where({ build_id: event.buildId })
    .max({ sequence: 'sequence' })
    .first();
  await trx<BuildEventRow>('build_events').insert({
    build_id: event.buildId,
    sequence: Number(last?.sequence ?? 0) + 1,
    type: event.type,
    at: toColumn(event.at),
    actor: event.actor,
    data: JSON.stringify(event.data ?? {}),
  });
}

/** The history of a build, oldest first. */
export async function listEvents(
  knex: Knex,
  buildId: string,
): Promise<BuildEvent[]> {
  const rows = await knex<BuildEventRow>('build_events')
    .where({ build_id: buildId })
    .orderBy('sequence');
  return rows.map(row => ({
    sequence: row.sequence,
    type: row.type,
    at: toIso(row.at),
    actor: row.actor,
    data: JSON.parse(row.data),
  }));
}
