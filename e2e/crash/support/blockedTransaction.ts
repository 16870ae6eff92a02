import Database from 'better-sqlite3';
import { type Knex } from 'knex';
import { hasOpenTransaction } from './PortalRows';
import { until } from './until';

/** What keeps a portal's transaction from its end. */
export type Block = {
  /** Resolves once the portal stands before it. */
  reached(): Promise<void>;
  release(): Promise<void>;
};

/**
 * Lets nobody write a table of PostgreSQL: a transaction that adds a row to it
 * waits in its middle, with what it has written before it still open.
 */
export async function blockTable(knex: Knex, table: string): Promise<Block> {
  const lock = await knex.transaction();
  await lock.raw('LOCK TABLE ?? IN EXCLUSIVE MODE', [table]);
  return {
    reached: () =>
      until(`a portal waits to add to ${table}`, async () => {
        // What is only changed there is no part of what a test waits for, as where events are noted as published.
        const { rows } = await knex.raw(
          `SELECT 1 FROM pg_stat_activity
            WHERE wait_event_type = 'Lock' AND query ILIKE ?`,
          [`insert into "${table}"%`],
        );
        return rows.length > 0;
      }),
    release: async () => {
      await lock.rollback();
    },
  };
}

/**
 * Reads a SQLite database, and goes on reading: from then on nobody can commit
 * to it, so that a transaction stands before its last step, with all that it
 * has written in the journal.
 *
 * @param isMoment - looks at what is read; where it is not the moment yet, the
 * reading ends and begins anew
 */
export async function blockCommits(
  file: string,
  isMoment: (database: Database.Database) => boolean,
): Promise<Block> {
  const database = new Database(file);
  await until('the moment comes to block commits', () => {
    database.exec('BEGIN');
    if (isMoment(database)) return true;
    database.exec('COMMIT');
    return false;
  });
  return {
    reached: () =>
      until('a portal waits to commit', () => hasOpenTransaction(file)),
    release: async () => {
      database.close();
    },
  };
}
