import { Knex } from 'knex';
import { LONGEST_BACKOFF_MS } from '../model';
import { QueuedBuild } from '../planner';
import { isSqlite, toColumn, toIso } from './engine';
import { BuildRow } from './tables';

type Group = Pick<BuildRow, 'tenant' | 'priority' | 'placement_key'>;
type Head = Pick<
  BuildRow,
  | 'id'
  | 'tenant'
  | 'priority'
  | 'placement_key'
  | 'method'
  | 'infrastructure'
  | 'queued_at'
>;

const HEAD_COLUMNS =
  'id, tenant, priority, placement_key, method, infrastructure, queued_at';

/*
 * Both queries jump from one (tenant, priority, placement key) to the next on
 * builds_queued_idx and read the first few rows of each, so that their cost
 * follows the number of groups, not of queued builds. A window over the whole
 * queue took 97 ms at 100,000 builds on SQLite, probes 2-3 ms.
 */

const POSTGRES_HEADS = `
  WITH RECURSIVE groups AS (
    (SELECT tenant, priority, placement_key
       FROM builds
      WHERE status = 'queued'
      ORDER BY tenant, priority, placement_key
      LIMIT 1)
    UNION ALL
    SELECT following.tenant, following.priority, following.placement_key
      FROM groups, LATERAL (
        SELECT tenant, priority, placement_key
          FROM builds
         WHERE status = 'queued'
           AND (tenant, priority, placement_key) >
               (groups.tenant, groups.priority, groups.placement_key)
         ORDER BY tenant, priority, placement_key
         LIMIT 1) AS following
  )
  SELECT heads.*
    FROM groups, LATERAL (
      SELECT ${HEAD_COLUMNS}
        FROM builds
       WHERE status = 'queued'
         AND tenant = groups.tenant
         AND priority = groups.priority
         AND placement_key = groups.placement_key
         AND (not_before IS NULL OR not_before <= :now OR not_before > :latest)
       ORDER BY queued_at, id
       LIMIT :limit) AS heads`;

const SQLITE_NEXT_GROUP = `
  SELECT tenant, priority, placement_key
    FROM builds
   WHERE status = 'queued'
     AND (tenant, priority, placement_key) > (:tenant, :priority, :placementKey)
   ORDER BY tenant, priority, placement_key
   LIMIT 1`;

const SQLITE_HEADS = `
  SELECT ${HEAD_COLUMNS}
    FROM builds
   WHERE status = 'queued'
     AND tenant = :tenant
     AND priority = :priority
     AND placement_key = :placementKey
     AND (not_before IS NULL OR not_before <= :now OR not_before > :latest)
   ORDER BY queued_at, id
   LIMIT :limit`;

/** A pause that ends later than any can that begins now was set before the clock was set back. */
type Times = { now: string; latest: string };

async function probeSqlite(
  knex: Knex,
  times: Times,
  limit: number,
): Promise<Head[]> {
  const heads: Head[] = [];
  let after: Group = {
    tenant: '',
    priority: Number.MIN_SAFE_INTEGER,
    placement_key: '',
  };
  for (;;) {
    const [group]: Group[] = await knex.raw(SQLITE_NEXT_GROUP, {
      tenant: after.tenant,
      priority: after.priority,
      placementKey: after.placement_key,
    });
    if (!group) return heads;
    heads.push(
      ...(await knex.raw(SQLITE_HEADS, {
        tenant: group.tenant,
        priority: group.priority,
        placementKey: group.placement_key,
        ...times,
        limit,
      })),
    );
    after = group;
  }
}

/**
 * The oldest few builds that may start now of each (tenant, priority, placement
 * key) in the queue.
 *
 * @param now - milliseconds since the epoch, by the database's clock
 * @param perGroup - how many of each
 */
export async function queueHeads(
  knex: Knex,
  now: number,
  perGroup: number,
): Promise<QueuedBuild[]> {
  const times: Times = {
    now: toColumn(now),
    latest: toColumn(now + LONGEST_BACKOFF_MS),
  };
  const heads: Head[] = isSqlite(knex)
    ? await probeSqlite(knex, times, perGroup)
    : (await knex.raw(POSTGRES_HEADS, { ...times, limit: perGroup })).rows;
  return heads.map(head => ({
    id: head.id,
    tenant: head.tenant,
    placementKey: head.placement_key,
    method: head.method,
    infrastructure: head.infrastructure,
    priority: head.priority,
    queuedAt: Date.parse(toIso(head.queued_at!)),
  }));
}
