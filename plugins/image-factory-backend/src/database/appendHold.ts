import { Knex } from 'knex';
import { appendEvent } from './buildEvents';
import { databaseNow } from './engine';
import { NewPhase } from './phaseColumns';
import { BuildEventRow, ExecutionRow } from './tables';

/** What is held up has a handful of reasons; whoever makes up a new one each second fills no table. */
const MOST_REASONS = 20;

/**
 * Keeps in the history of a build what an attempt was held up by before its
 * first step: its phase tells that only as long as it lasts. Each reason once an
 * attempt, since a cluster may go back and forth between two of them for hours.
 * Only where the build's row is locked.
 */
export async function appendHold(
  trx: Knex.Transaction,
  execution: Pick<ExecutionRow, 'build_id' | 'attempt'>,
  { phase, reason, message }: NewPhase,
): Promise<void> {
  if (phase !== 'pending' || reason === undefined) return;
  const { build_id: buildId, attempt } = execution;
  const rows = await trx<BuildEventRow>('build_events')
    .where({ build_id: buildId, type: 'held-up' })
    .select('data');
  const told = rows
    .map(({ data }) => JSON.parse(data))
    .filter(data => data.attempt === attempt);
  if (told.length >= MOST_REASONS) return;
  if (told.some(data => data.reason === reason)) return;
  await appendEvent(trx, {
    buildId,
    type: 'held-up',
    at: await databaseNow(trx),
    actor: 'system',
    data: { attempt, reason, ...(message !== undefined && { message }) },
  });
}
