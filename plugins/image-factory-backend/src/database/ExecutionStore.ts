import {
  Execution,
  ExecutionStatus,
  Failure,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  Outcome,
  RunReference,
} from '@image-factory/backstage-plugin-image-factory-node';
import { Knex } from 'knex';
import { Settlement, TRANSITIONS, settle } from '../model';
import { appendEvent } from './buildEvents';
import { JoinedBuildRow, selectBuilds } from './buildRows';
import { ClaimedExecution, readLostNodes, toClaimed } from './ClaimedExecution';
import { databaseNow, toColumn, toIso, toOptionalIso } from './engine';
import { Fence, FencedResult, holdsLease } from './fence';
import { phaseColumns } from './phaseColumns';
import {
  ArtifactRow,
  BuildRow,
  ExecutionRow,
  StepRow,
  TimeColumn,
} from './tables';
import { transaction } from './transaction';
import { writeExecutionMetrics } from './writeMetrics';

/** An execution whose holder has not renewed its lease in time. */
export type ExpiredExecution = Fence & {
  buildId: string;
  entityRef: string;
  executor: string;
  /** When its lease is over, as it was read. */
  leaseExpiresAt: TimeColumn;
};

/** What nobody looks after, as one process sees it. */
type LeftBehind = {
  owner: string;
  held: string[];
  othersAreGone: boolean;
  leaseMs: number;
};

/** Executors that a process does not have, and how long it leaves to others what they run: also where somebody wants that cancelled. */
type MissingExecutors = {
  executors: string[];
  forMs: number;
  cancelledForMs: number;
};

/** What is asked again each second gives a connection up that does not answer, or they would all be waited for. */
const ANSWER_MS = 10_000;

/** Attempts to run builds, and the leases on them. */
export class ExecutionStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): ExecutionStore {
    return new ExecutionStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** The attempts of a build, first one first. */
  async list(buildId: string): Promise<Execution[]> {
    const rows = await this.#knex<ExecutionRow>('build_executions')
      .where({ build_id: buildId })
      .orderBy('attempt');
    const places = await this.#knex<StepRow>('build_steps')
      .whereIn(
        'execution_id',
        rows.map(row => row.id),
      )
      .whereNotNull('namespace')
      .distinct('execution_id', 'namespace');
    return rows.map(row => ({
      id: row.id,
      attempt: row.attempt,
      executor: row.executor,
      name: row.external_name,
      namespace:
        places.find(({ execution_id: id }) => id === row.id)?.namespace ??
        undefined,
      status: row.status as ExecutionStatus,
      startedAt: toIso(row.started_at),
      finishedAt: toOptionalIso(row.finished_at),
      failure: row.failure ? (JSON.parse(row.failure) as Failure) : undefined,
      lostNodes: row.lost_nodes
        ? (JSON.parse(row.lost_nodes) as string[])
        : undefined,
    }));
  }

  /**
   * Renews the leases of what a process holds, and of nothing else: what it has
   * lost sight of has to run out.
   *
   * @param held - the ids of the executions that it holds
   * @returns those of them that somebody else has taken over
   */
  async renewLeases(
    owner: string,
    leaseMs: number,
    held: string[],
  ): Promise<Set<string>> {
    const now = await databaseNow(this.#knex);
    await this.#knex<ExecutionRow>('build_executions')
      .whereIn('id', held)
      .where({ owner, status: 'running' })
      .update({ lease_expires_at: toColumn(now + leaseMs) })
      .timeout(ANSWER_MS);
    const taken = await this.#knex<ExecutionRow>('build_executions')
      .whereIn('id', held)
      .whereNot({ owner })
      .select('id')
      .timeout(ANSWER_MS);
    return new Set(taken.map(row => row.id));
  }

  /**
   * What has become of executions, by their ids; those that are not there are
   * left out.
   *
   * @param settledForMs - how long ago one has to have ended to count as over
   */
  async areOver(
    ids: string[],
    settledForMs: number,
  ): Promise<Map<string, boolean>> {
    const now = await databaseNow(this.#knex);
    const rows = await this.#knex<ExecutionRow>('build_executions')
      .whereIn('id', ids)
      .select('id', 'status', 'finished_at');
    return new Map(
      rows.map(({ id, status, finished_at: finishedAt }) => [
        id,
        status !== 'running' &&
          finishedAt !== null &&
          now - Date.parse(toIso(finishedAt)) >= settledForMs,
      ]),
    );
  }

  /** The tenants whose builds an executor was given within the last so many milliseconds. */
  async recentTenants(executor: string, withinMs: number): Promise<string[]> {
    const now = await databaseNow(this.#knex);
    const rows: { tenant: string }[] = await this.#knex('build_executions')
      .join('builds', 'builds.id', 'build_executions.build_id')
      .where('build_executions.executor', executor)
      .where('build_executions.started_at', '>', toColumn(now - withinMs))
      .distinct('builds.tenant');
    return rows.map(({ tenant }) => tenant);
  }

  /** The database's clock, by which leases go. */
  async now(): Promise<number> {
    return databaseNow(this.#knex);
  }

  /** The executions of a process whose builds somebody wants cancelled. */
  async cancelRequested(owner: string): Promise<Set<string>> {
    const rows: { id: string }[] = await this.#knex('build_executions')
      .join('builds', 'builds.id', 'build_executions.build_id')
      .where('build_executions.owner', owner)
      .where('build_executions.status', 'running')
      .whereNotNull('builds.cancel_requested_at')
      .select('build_executions.id')
      .timeout(ANSWER_MS);
    return new Set(rows.map(row => row.id));
  }

  /**
   * Executions that nobody looks after any more: their lease is over, and this
   * process does not hold them. Its own can be among them, where the database
   * was away for too long to record how they ended. A lease that ends later than
   * any can that was given now is over as well: the clock was set back since.
   *
   * @param options.held - the ids of the executions that this process holds
   * @param options.othersAreGone - whether whoever else holds one cannot live, so that nobody has to wait for the end of a lease
   * @param options.missing - executors that this process does not have: what they run is left to who has them, but for what nobody has taken up in time
   */
  async expired(
    options: LeftBehind & { missing?: MissingExecutors },
  ): Promise<ExpiredExecution[]> {
    const { missing } = options;
    const now = await databaseNow(this.#knex);
    const query = this.#expired(now, options);
    if (missing && missing.executors.length > 0) {
      query.where(each =>
        each
          .whereNotIn('build_executions.executor', missing.executors)
          .orWhere(
            'build_executions.lease_expires_at',
            '<',
            toColumn(now - missing.forMs),
          )
          .orWhere(cancelled =>
            cancelled
              .whereNotNull('builds.cancel_requested_at')
              .where(
                'build_executions.lease_expires_at',
                '<',
                toColumn(now - missing.cancelledForMs),
              ),
          ),
      );
    }
    return query.limit(100).select({
      executionId: 'build_executions.id',
      leaseToken: 'build_executions.lease_token',
      leaseExpiresAt: 'build_executions.lease_expires_at',
      buildId: 'builds.id',
      entityRef: 'builds.entity_ref',
      executor: 'build_executions.executor',
    });
  }

  /** The executors of what nobody looks after any more; see {@link ExecutionStore.expired}. */
  async expiredExecutors(options: LeftBehind): Promise<string[]> {
    const now = await databaseNow(this.#knex);
    const rows: { executor: string }[] = await this.#expired(
      now,
      options,
    ).distinct('build_executions.executor');
    return rows.map(({ executor }) => executor);
  }

  #expired(now: number, options: LeftBehind): Knex.QueryBuilder {
    const { owner, held, othersAreGone, leaseMs } = options;
    return this.#knex('build_executions')
      .join('builds', 'builds.id', 'build_executions.build_id')
      .where('build_executions.status', 'running')
      .whereNotIn('build_executions.id', held)
      .where(query => {
        query
          .where('build_executions.lease_expires_at', '<', toColumn(now))
          .orWhere(
            'build_executions.lease_expires_at',
            '>',
            toColumn(now + 2 * leaseMs),
          );
        if (othersAreGone) {
          query.orWhereNot('build_executions.owner', owner);
        }
      });
  }

  /**
   * Takes an execution from a holder that is gone, with a higher token: from
   * then on its old holder is refused. One that has renewed its lease since is
   * not gone.
   *
   * @returns what to show with further writes, or undefined where somebody else was first
   */
  async takeOver(
    expired: ExpiredExecution,
    options: { owner: string; leaseMs: number },
  ): Promise<Fence | undefined> {
    return transaction(this.#knex, async trx => {
      const now = await databaseNow(trx);
      const leaseToken = expired.leaseToken + 1;
      const taken = await trx<ExecutionRow>('build_executions')
        .where({
          id: expired.executionId,
          lease_token: expired.leaseToken,
          lease_expires_at: toIso(expired.leaseExpiresAt),
          status: 'running',
        })
        .update({
          owner: options.owner,
          lease_token: leaseToken,
          lease_expires_at: toColumn(now + options.leaseMs),
        });
      return taken === 1
        ? { executionId: expired.executionId, leaseToken }
        : undefined;
    });
  }

  /** What whoever has taken an execution over goes on from. */
  async resume(fence: Fence): Promise<ClaimedExecution> {
    const execution = await this.#knex<ExecutionRow>('build_executions')
      .where({ id: fence.executionId })
      .first();
    const row: JoinedBuildRow = await selectBuilds(this.#knex)
      .where('builds.id', execution!.build_id)
      .first();
    return {
      ...toClaimed(row),
      avoidNodes: await readLostNodes(this.#knex, row.id),
      ...fence,
      attempt: execution!.attempt,
      executor: execution!.executor,
      name: execution!.external_name,
      resumedFrom: {
        cursor: execution!.cursor ?? undefined,
        run: execution!.run_reference
          ? (JSON.parse(execution!.run_reference) as RunReference)
          : undefined,
        isCancelWanted: row.cancel_requested_at !== null,
      },
    };
  }

  /** Keeps where the run of an execution is found again, under the token. */
  async keepRun(fence: Fence, run: RunReference): Promise<FencedResult> {
    const kept = await this.#knex<ExecutionRow>('build_executions')
      .where({
        id: fence.executionId,
        lease_token: fence.leaseToken,
        status: 'running',
      })
      .update({ run_reference: JSON.stringify(run) });
    return kept === 1 ? 'applied' : 'refused';
  }

  /** Gives a lease back before its end, so that another takes the execution up at once. */
  async release(fence: Fence): Promise<void> {
    const now = await databaseNow(this.#knex);
    await this.#knex<ExecutionRow>('build_executions')
      .where({
        id: fence.executionId,
        lease_token: fence.leaseToken,
        status: 'running',
      })
      .update({ lease_expires_at: toColumn(now - 1) });
  }

  /** The build of an execution, and whether the token still counts. */
  async look(
    fence: Fence,
  ): Promise<
    { buildId: string; held: boolean; status: ExecutionStatus } | undefined
  > {
    const row = await this.#knex<ExecutionRow>('build_executions')
      .where({ id: fence.executionId })
      .first();
    return (
      row && {
        buildId: row.build_id,
        held:
          row.status === 'running' &&
          Number(row.lease_token) === fence.leaseToken,
        status: row.status as ExecutionStatus,
      }
    );
  }

  /**
   * Closes an execution and moves its build on, under the token, once. What a
   * lost one has produced does not count: nobody knows whether it was whole. Its
   * run as the cluster had it stays, to tell what became of it.
   */
  async finish(fence: Fence, outcome: Outcome): Promise<FencedResult> {
    return transaction(this.#knex, async trx => {
      if (!(await holdsLease(trx, fence))) return 'refused';
      const now = await databaseNow(trx);
      const execution = await trx<ExecutionRow>('build_executions')
        .where({ id: fence.executionId })
        .first();
      const build = await trx<BuildRow>('builds')
        .where({ id: execution!.build_id })
        .forUpdate()
        .first();
      const settlement = settle({
        outcome,
        attempt: build!.attempt,
        maxAttempts: build!.max_attempts,
        cancelRequested: build!.cancel_requested_at !== null,
      });
      await trx<ExecutionRow>('build_executions')
        .where({ id: fence.executionId })
        .update({
          status: outcome.status,
          finished_at: toColumn(noEarlier(now, execution!.started_at)),
          failure: settlement.failure
            ? JSON.stringify(settlement.failure)
            : null,
          lost_nodes:
            outcome.status === 'lost' && outcome.nodes?.length
              ? JSON.stringify(outcome.nodes)
              : null,
        });
      await closeSteps(trx, fence.executionId, now, outcome);
      if (outcome.status === 'lost') {
        await trx<ArtifactRow>('artifacts')
          .where({ execution_id: fence.executionId })
          .whereNot({ type: 'pipeline-run' })
          .delete();
      }
      await writeExecutionMetrics(trx, build!, execution!, now);
      await moveBuild(trx, build!, now, settlement, outcome);
      return 'applied';
    });
  }
}

/** The end of what began at `start`, also where the clock was set back since. */
function noEarlier(now: number, start: TimeColumn | null): number {
  return start ? Math.max(now, Date.parse(toIso(start))) : now;
}

/** A step that its executor has left open is closed in the way that its execution ended. */
async function closeSteps(
  trx: Knex.Transaction,
  executionId: string,
  now: number,
  outcome: Outcome,
): Promise<void> {
  await trx<StepRow>('build_steps')
    .where({ execution_id: executionId, status: 'pending' })
    .update({ status: 'skipped' });
  await trx<StepRow>('build_steps')
    .where({ execution_id: executionId, status: 'running' })
    .update({
      status: outcome.status === 'cancelled' ? 'cancelled' : 'failed',
      finished_at: toColumn(now),
      reason: outcome.status === 'lost' ? outcome.message : null,
    });
}

async function moveBuild(
  trx: Knex.Transaction,
  build: BuildRow,
  now: number,
  settlement: Settlement,
  outcome: Outcome,
): Promise<void> {
  const { transition, failure, backoffMs, anotherAttempt } = settlement;
  const { from, to } = TRANSITIONS[transition];
  const over = transition !== 'requeue';
  const moved = await trx<BuildRow>('builds')
    .where({ id: build.id, attempt: build.attempt })
    .whereIn('status', [...from])
    .update({
      status: to,
      ...phaseColumns(),
      failure: failure ? JSON.stringify(failure) : null,
      finished_at: over ? toColumn(noEarlier(now, build.started_at)) : null,
      not_before: over || !backoffMs ? null : toColumn(now + backoffMs),
      // It waits again, and its next attempt says when it started.
      ...(!over && { started_at: null }),
      ...(anotherAttempt && { max_attempts: build.max_attempts + 1 }),
    });
  if (moved !== 1) {
    throw new Error(
      `Build ${build.id} is ${build.status}, so its execution could not ${transition} it`,
    );
  }
  await appendEvent(trx, {
    buildId: build.id,
    type: over ? to : 'requeued',
    at: now,
    actor: 'system',
    data: {
      attempt: build.attempt,
      ...(outcome.status === 'lost' &&
        (outcome.handedBack
          ? // Told as such, and not as a fault: nothing went wrong.
            { handedBack: true }
          : // Also of one that was cancelled: nobody knows whether its run has ended.
            { message: outcome.message })),
      ...(failure && { class: failure.class, message: failure.message }),
    },
  });
}
