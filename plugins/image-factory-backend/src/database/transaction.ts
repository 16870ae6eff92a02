import { Knex } from 'knex';
import { isSqlite } from './engine';

/** What others may wait for a lock. */
const LOCK_TIMEOUT = '10s';
/** What a client that is cut off in the middle may keep locked: the server learns of it hours later. */
const IDLE_TIMEOUT = '15s';

/**
 * A transaction that fails with what went wrong in it. SQLite takes a
 * transaction back by itself where its disk is full; that there is none left to
 * roll back is then all that knex would tell.
 *
 * On PostgreSQL nobody waits for long for what another has locked.
 */
export async function transaction<T>(
  knex: Knex,
  work: (trx: Knex.Transaction) => Promise<T>,
  config?: Knex.TransactionConfig,
): Promise<T> {
  let cause: { error: unknown } | undefined;
  try {
    return await knex.transaction(async trx => {
      try {
        await boundLocks(trx);
        return await work(trx);
      } catch (error) {
        cause = { error };
        throw error;
      }
    }, config);
  } catch (error) {
    throw cause ? cause.error : error;
  }
}

/** SQLite has one client, which is this process. */
async function boundLocks(trx: Knex.Transaction): Promise<void> {
  if (isSqlite(trx)) return;
  await trx.raw(
    "SELECT set_config('lock_timeout', ?, true), set_config('idle_in_transaction_session_timeout', ?, true)",
    [LOCK_TIMEOUT, IDLE_TIMEOUT],
  );
}
