import {
  ClusterEvent,
  ClusterEventType,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Knex } from 'knex';
import { toIso } from './engine';
import { ClusterEventRow, ExecutionRow } from './tables';

/** What is kept of the events of a cluster that concern an attempt. */
export type StoredClusterEvents = {
  /** In the order in which they have begun. */
  items: ClusterEvent[];
  /** Whether there were more than are kept. */
  truncated: boolean;
  /** Why the events of the cluster are not seen, where they are not. */
  problem?: string;
};

/** Reads the events of clusters. Written by the recorder alone. */
export class ClusterEventStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): ClusterEventStore {
    return new ClusterEventStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** Those of one attempt of a build; none of one that is not there. */
  async list(buildId: string, attempt: number): Promise<StoredClusterEvents> {
    const execution = await this.#knex<ExecutionRow>('build_executions')
      .where({ build_id: buildId, attempt })
      .first('id', 'cluster_events_problem', 'cluster_events_truncated');
    if (!execution) return { items: [], truncated: false };
    const rows = await this.#knex<ClusterEventRow>('cluster_events')
      .where({ execution_id: execution.id })
      .orderBy(['first_seen_at', 'ordinal']);
    return {
      items: rows.map(toClusterEvent),
      truncated: Boolean(execution.cluster_events_truncated),
      problem: execution.cluster_events_problem ?? undefined,
    };
  }
}

function toClusterEvent(row: ClusterEventRow): ClusterEvent {
  return {
    key: row.key,
    type: row.type as ClusterEventType,
    object: { kind: row.object_kind, name: row.object_name },
    reason: row.reason,
    message: row.message,
    count: row.count,
    firstSeenAt: toIso(row.first_seen_at),
    lastSeenAt: toIso(row.last_seen_at),
  };
}
