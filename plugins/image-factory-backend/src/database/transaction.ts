import { Knex } from 'knex';

/**
 * A transaction that fails with what went wrong in it. SQLite takes a
 * transaction back by itself where its disk is full; that there is none left to
 * roll back is then all that knex would tell.
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
