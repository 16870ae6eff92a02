import { randomUUID } from 'node:crypto';
import { Knex } from 'knex';
import { StoredWaitReason, TRANSITIONS, executionName } from '../model';
import { Plan, PlannedStart, QueuedBuild } from '../planner';
import { appendEvent } from './buildEvents';
import { JoinedBuildRow, selectBuilds } from './buildRows';
import { ClaimedExecution, readLostNodes, toClaimed } from './ClaimedExecution';
import { databaseNow, isSqlite, toColumn, toIso } from './engine';
import { phaseColumns } from './phaseColumns';
import { queueHeads } from './queueHeads';
import { storeWaitReasons } from './storeWaitReasons';
import { BuildRow, ExecutionRow, WaitReasonRow } from './tables';
import { transaction } from './transaction';

/** What the planner decides upon, read under the lock. */
export type QueueSnapshot = {
  /** Milliseconds since the epoch, by the database's clock. */
  now: number;
  queue: QueuedBuild[];
  activeByTenant: Record<string, number>;
  activeByExecutor: Record<string, number>;
  /** The same of what this process holds. */
  heldByExecutor: Record<string, number>;
};

/** What came of an attempt to claim. */
export type ClaimResult =
  /** Another replica decides right now. */
  | { result: 'busy' }
  | { result: 'claimed'; executions: ClaimedExecution[]; queued: number };

/** The place of a build in the queue. */
export type QueuePosition = {
  /** From 1. */
  position: number;
  running: number;
};

/** The queue: what is queued, who may start, and why the rest waits. */
export class QueueStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): QueueStore {
    return new QueueStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /**
   * Claims what `decide` picks, in one short transaction under the lock row.
   *
   * The lock is taken in a statement of its own at READ COMMITTED: taken inside
   * the claiming statement, or at REPEATABLE READ, the snapshot is older than
   * the lock, and a tenant limited to 3 was seen with 4.
   */
  async claim(options: {
    owner: string;
    leaseMs: number;
    perGroup: number;
    decide: (snapshot: QueueSnapshot) => Plan;
  }): Promise<ClaimResult> {
    return transaction(
      this.#knex,
      async trx => {
        if (!(await lockScheduling(trx))) {
          return { result: 'busy' };
        }
        const snapshot = await readSnapshot(trx, options);
        const plan = options.decide(snapshot);
        const executions: ClaimedExecution[] = [];
        for (const pick of plan.picks) {
          const claimed = await claimOne(trx, snapshot.now, pick, options);
          if (claimed) executions.push(claimed);
        }
        await storeWaitReasons(trx, snapshot.now, plan.waits);
        await trx('scheduling')
          .where({ id: 1 })
          .update({ claimed_at: toColumn(snapshot.now) });
        return { result: 'claimed', executions, queued: snapshot.queue.length };
      },
      claimIsolation(this.#knex),
    );
  }

  /** Why builds of this tenant and placement key wait, where there is a reason beside their place in the queue. */
  async waitReason(
    tenant: string,
    placementKey: string,
  ): Promise<(StoredWaitReason & { since: string }) | undefined> {
    const row = await this.#knex<WaitReasonRow>('wait_reasons')
      .where({ tenant, placement_key: placementKey })
      .first();
    return (
      row && {
        ...({
          code: row.code,
          data: JSON.parse(row.data),
        } as StoredWaitReason),
        since: toIso(row.since),
      }
    );
  }

  /** The placement key of a build, and its place among all that are queued: by class, then by age. Fairness may let others pass. */
  async position(
    buildId: string,
  ): Promise<
    (QueuePosition & { tenant: string; placementKey: string }) | undefined
  > {
    const build = await this.#knex<BuildRow>('builds')
      .where({ id: buildId, status: 'queued' })
      .first();
    if (!build) return undefined;
    const [{ count: ahead }] = await this.#knex('builds')
      .where({ status: 'queued' })
      .where(query =>
        query
          .where('priority', '>', build.priority)
          .orWhere(same =>
            same
              .where('priority', build.priority)
              .whereRaw('(queued_at, id) < (?, ?)', [
                toIso(build.queued_at!),
                build.id,
              ]),
          ),
      )
      .count({ count: '*' });
    const [{ count: running }] = await this.#knex('builds')
      .where({ status: 'running' })
      .count({ count: '*' });
    return {
      position: Number(ahead) + 1,
      running: Number(running),
      tenant: build.tenant,
      placementKey: build.placement_key,
    };
  }

  /** How many executions each executor has, by its id. */
  async runningByExecutor(): Promise<Record<string, number>> {
    return (await readActive(this.#knex)).activeByExecutor;
  }

  /** How long builds of a method have waited lately, in seconds, latest first; at most 40. */
  async recentWaits(method: string): Promise<number[]> {
    const rows: Pick<BuildRow, 'queued_at' | 'started_at'>[] = await this.#knex(
      'builds',
    )
      .select('queued_at', 'started_at')
      .where({ method, attempt: 1 })
      .whereNotNull('started_at')
      .orderBy('created_at', 'desc')
      .limit(40);
    return rows.map(
      row =>
        (Date.parse(toIso(row.started_at!)) -
          Date.parse(toIso(row.queued_at!))) /
        1000,
    );
  }
}

/** Said outright: a server whose default is another level would bring back the stale snapshot. */
function claimIsolation(knex: Knex): Knex.TransactionConfig {
  return isSqlite(knex) ? {} : { isolationLevel: 'read committed' };
}

async function lockScheduling(trx: Knex.Transaction): Promise<boolean> {
  if (isSqlite(trx)) {
    // The first statement writes, so this transaction has SQLite's write lock
    // from here on and reads nothing that is older: what BEGIN IMMEDIATE does.
    await trx('scheduling').where({ id: 1 }).increment('revision', 1);
    return true;
  }
  const row = await trx('scheduling')
    .where({ id: 1 })
    .forUpdate()
    .skipLocked()
    .first();
  return Boolean(row);
}

type ActiveRow = {
  tenant: string;
  executor: string;
  owner: string;
  count: string | number;
};

async function readActive(
  knex: Knex,
  owner?: string,
): Promise<Omit<QueueSnapshot, 'now' | 'queue'>> {
  const rows: ActiveRow[] = await knex('builds')
    .join('build_executions', join =>
      join
        .on('build_executions.build_id', 'builds.id')
        .andOn('build_executions.attempt', 'builds.attempt'),
    )
    .where('builds.status', 'running')
    .groupBy(
      'builds.tenant',
      'build_executions.executor',
      'build_executions.owner',
    )
    .select(
      'builds.tenant',
      'build_executions.executor',
      'build_executions.owner',
    )
    .count({ count: '*' });
  return {
    activeByTenant: sumBy(rows, row => row.tenant),
    activeByExecutor: sumBy(rows, row => row.executor),
    heldByExecutor: sumBy(
      rows.filter(row => row.owner === owner),
      row => row.executor,
    ),
  };
}

function sumBy(
  rows: ActiveRow[],
  key: (row: ActiveRow) => string,
): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of rows) {
    sums[key(row)] = (sums[key(row)] ?? 0) + Number(row.count);
  }
  return sums;
}

async function readSnapshot(
  trx: Knex.Transaction,
  options: { owner: string; perGroup: number },
): Promise<QueueSnapshot> {
  const now = await databaseNow(trx);
  const active = await readActive(trx, options.owner);
  const queue = await queueHeads(trx, now, options.perGroup);
  return { now, queue, ...active };
}

async function claimOne(
  trx: Knex.Transaction,
  now: number,
  pick: PlannedStart,
  options: { owner: string; leaseMs: number },
): Promise<ClaimedExecution | undefined> {
  const claimed = await trx<BuildRow>('builds')
    .where({ id: pick.buildId })
    .whereIn('status', [...TRANSITIONS.claim.from])
    .update({
      status: TRANSITIONS.claim.to,
      ...phaseColumns({ phase: 'dispatching' }),
      attempt: trx.raw('attempt + 1'),
      started_at: trx.raw('COALESCE(started_at, ?)', [toColumn(now)]),
      not_before: null,
      failure: null,
    });
  if (!claimed) return undefined; // cancelled since the heads were read

  const row: JoinedBuildRow = await selectBuilds(trx)
    .where('builds.id', pick.buildId)
    .first();
  const last = await trx<ExecutionRow>('build_executions')
    .where({ build_id: row.id })
    .max({ token: 'lease_token' })
    .first();
  const execution: ClaimedExecution = {
    ...toClaimed(row),
    avoidNodes: await readLostNodes(trx, row.id),
    executionId: randomUUID(),
    attempt: row.attempt,
    executor: pick.executor,
    name: executionName({
      method: row.method,
      buildId: row.id,
      attempt: row.attempt,
    }),
    leaseToken: Number(last?.token ?? 0) + 1,
  };
  await trx<ExecutionRow>('build_executions').insert({
    id: execution.executionId,
    build_id: row.id,
    attempt: row.attempt,
    executor: pick.executor,
    external_name: execution.name,
    status: 'running',
    owner: options.owner,
    lease_token: execution.leaseToken,
    lease_expires_at: toColumn(now + options.leaseMs),
    started_at: toColumn(now),
  });
  await appendEvent(trx, {
    buildId: row.id,
    type: 'claimed',
    at: now,
    actor: 'system',
    data: { attempt: row.attempt, executor: pick.executor },
  });
  return execution;
}
