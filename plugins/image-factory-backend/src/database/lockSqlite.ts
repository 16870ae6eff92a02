import knexFactory, { Knex } from 'knex';
import { isSqlite } from './engine';

const IN_MEMORY = ':memory:';

/**
 * Takes a SQLite database for this process alone, for as long as it lives.
 * Claims are right only with one process on a file, and what another one has
 * left running is taken for dead; so a second one has to be kept out.
 *
 * What is locked is a small file beside the database: the database itself is
 * used by services of the backend as well, which would fail with less to say.
 * SQLite's own lock goes away with the process, however that ends.
 *
 * @returns what holds the lock until it is destroyed
 * @throws Error that says what to do where another process has the database
 */
export async function lockSqlite(knex: Knex): Promise<Knex | undefined> {
  if (!isSqlite(knex)) return undefined;
  const filename: string | undefined = knex.client.config.connection?.filename;
  if (!filename || filename === IN_MEMORY) return undefined;
  const lock = knexFactory({
    client: 'better-sqlite3',
    useNullAsDefault: true,
    connection: { filename: `${filename}.lock` },
  });
  try {
    await lock.raw('PRAGMA locking_mode = EXCLUSIVE');
    // The lock is taken by the first transaction, and kept from then on.
    await lock.raw('BEGIN EXCLUSIVE');
    await lock.raw('COMMIT');
    return lock;
  } catch (error) {
    await lock.destroy();
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    throw new Error(
      `Another process uses the SQLite database ${filename}, and SQLite admits one only. Stop the other portal, give this one a database of its own (backend.database.connection.directory), or use PostgreSQL to run several.`,
    );
  }
}
