import { Knex } from 'knex';
import { TRANSITIONS } from '../model';
import { appendEvent } from './buildEvents';
import { databaseNow, toColumn } from './engine';
import { phaseColumns } from './phaseColumns';
import { BuildRow } from './tables';
import { transaction } from './transaction';

/** What became of a request to cancel. */
export type CancelRequest =
  /** Nothing ran yet; it is cancelled. */
  | 'cancelled'
  /** It runs; whoever runs it will stop it. */
  | 'requested'
  | 'already-over'
  | 'not-found';

/** What became of a request to start or to try again. */
export type MoveRequest =
  | 'queued'
  /** It is queued or running already; nothing was changed. */
  | 'already-queued'
  /** Its status does not allow it. */
  | 'not-allowed'
  | 'not-found';

/** Moves builds on at the wish of users: starts, tries again, cancels. Each is one update that names the statuses it may come from. */
export class BuildMoveStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): BuildMoveStore {
    return new BuildMoveStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** Queues a build that was held. */
  async start(id: string, actor: string): Promise<MoveRequest> {
    return transaction(this.#knex, async trx => {
      const now = await databaseNow(trx);
      const started = await trx<BuildRow>('builds')
        .where({ id })
        .whereIn('status', [...TRANSITIONS.start.from])
        .update({ status: TRANSITIONS.start.to, queued_at: toColumn(now) });
      if (!started) return whyNot(trx, id);
      await appendEvent(trx, { buildId: id, type: 'started', at: now, actor });
      return 'queued';
    });
  }

  /**
   * Queues the next attempt of a build that is over. It gets the attempts for
   * failures of the infrastructure anew, and its place in the queue is that of
   * a new one.
   */
  async retry(
    id: string,
    actor: string,
    attempts: number,
  ): Promise<MoveRequest> {
    return transaction(this.#knex, async trx => {
      const now = await databaseNow(trx);
      const queued = await trx<BuildRow>('builds')
        .where({ id })
        .whereIn('status', [...TRANSITIONS.retry.from])
        .update({
          status: TRANSITIONS.retry.to,
          queued_at: toColumn(now),
          started_at: null,
          finished_at: null,
          not_before: null,
          failure: null,
          cancel_requested_at: null,
          cancel_requested_by: null,
          cancel_mode: null,
          max_attempts: trx.raw('attempt + ?', [attempts]),
        });
      if (!queued) return whyNot(trx, id);
      await appendEvent(trx, { buildId: id, type: 'retried', at: now, actor });
      return 'queued';
    });
  }

  /** Cancels a build that waits, or asks the owner of a running one to stop it. Asking twice changes nothing. */
  async requestCancel(id: string, actor: string): Promise<CancelRequest> {
    return transaction(this.#knex, async trx => {
      // Locked, so that it cannot go from running to queued between the two.
      const build = await trx<BuildRow>('builds')
        .where({ id })
        .forUpdate()
        .first();
      if (!build) return 'not-found';
      const now = await databaseNow(trx);
      const request = {
        cancel_requested_at: toColumn(now),
        cancel_requested_by: actor,
        cancel_mode: 'cancel',
      };
      const waiting = await trx<BuildRow>('builds')
        .where({ id })
        .whereIn('status', [...TRANSITIONS.cancelWaiting.from])
        .update({
          ...request,
          status: TRANSITIONS.cancelWaiting.to,
          finished_at: toColumn(now),
          not_before: null,
          // That of an attempt that was lost before; this is no failure.
          failure: null,
        });
      if (waiting) {
        await appendEvent(trx, {
          buildId: id,
          type: 'cancelled',
          at: now,
          actor,
        });
        return 'cancelled';
      }
      if (build.status !== 'running') return 'already-over';
      const running = await trx<BuildRow>('builds')
        .where({ id, status: 'running' })
        .whereNull('cancel_requested_at')
        .update({ ...request, ...phaseColumns({ phase: 'stopping' }) });
      if (running) {
        await appendEvent(trx, {
          buildId: id,
          type: 'cancel-requested',
          at: now,
          actor,
        });
      }
      return 'requested';
    });
  }
}

async function whyNot(trx: Knex.Transaction, id: string): Promise<MoveRequest> {
  const build = await trx<BuildRow>('builds').where({ id }).first();
  if (!build) return 'not-found';
  return ['queued', 'running'].includes(build.status)
    ? 'already-queued'
    : 'not-allowed';
}
