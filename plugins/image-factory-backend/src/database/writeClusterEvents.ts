import { ClusterEventSnapshot } from '@image-factory/backstage-plugin-image-factory-node';
import { Knex } from 'knex';
import { ClusterEventRow, ExecutionRow } from './tables';

/** So many are kept of an execution: a build has about 15, one that never starts some dozens. */
export const MOST_CLUSTER_EVENTS = 200;
const LARGEST_COUNT = 2 ** 31 - 1;

/**
 * Writes events of the cluster that concern an execution, each as it was last
 * seen. Of those that are new, no more than there is room for: that there were
 * more is written instead. Call it under the lock of the execution.
 */
export async function writeClusterEvents(
  trx: Knex.Transaction,
  executionId: string,
  events: ClusterEventSnapshot[],
): Promise<void> {
  if (events.length === 0) return;
  const known = new Set(
    await trx<ClusterEventRow>('cluster_events')
      .where({ execution_id: executionId })
      .pluck('key'),
  );
  let isTruncated = false;
  for (const event of events) {
    if (!known.has(event.key) && known.size >= MOST_CLUSTER_EVENTS) {
      isTruncated = true;
      continue;
    }
    const state = {
      type: event.type,
      object_kind: event.object.kind,
      object_name: event.object.name,
      reason: event.reason,
      message: event.message,
      count: Math.min(event.count, LARGEST_COUNT),
      first_seen_at: event.firstSeenAt,
      last_seen_at: event.lastSeenAt,
    };
    await trx<ClusterEventRow>('cluster_events')
      .insert({
        ...state,
        execution_id: executionId,
        key: event.key,
        ordinal: known.size,
      })
      .onConflict(['execution_id', 'key'])
      .merge(state);
    known.add(event.key);
  }
  if (isTruncated) {
    await trx<ExecutionRow>('build_executions')
      .where({ id: executionId })
      .update({ cluster_events_truncated: true });
  }
}
