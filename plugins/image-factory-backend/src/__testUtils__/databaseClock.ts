import { Knex } from 'knex';
import { isSqlite } from '../database';

/** The part of SQLite's driver by which a function of SQL is replaced. */
type Driver = {
  function(
    name: string,
    options: { varargs: boolean },
    body: (format: string) => string,
  ): void;
};

/**
 * Sets the clock of a database, as whoever runs its machine can, and on again:
 * the function that the stores ask is put before the database's own.
 *
 * @param offsetMs - how far it is ahead of the machine's clock
 */
export async function setDatabaseClock(
  knex: Knex,
  offsetMs: number,
): Promise<void> {
  if (isSqlite(knex)) {
    const driver: Driver = await knex.client.acquireConnection();
    driver.function('strftime', { varargs: true }, () =>
      new Date(Date.now() + offsetMs).toISOString(),
    );
    await knex.client.releaseConnection(driver);
    return;
  }
  await knex.raw('CREATE SCHEMA IF NOT EXISTS set_clock');
  await knex.raw(
    `CREATE OR REPLACE FUNCTION set_clock.clock_timestamp() RETURNS timestamptz
       LANGUAGE sql VOLATILE
       AS 'SELECT pg_catalog.clock_timestamp() + interval ''${offsetMs} ms'''`,
  );
  const [{ current_database: name }] = (
    await knex.raw('SELECT current_database()')
  ).rows;
  await knex.raw(
    'ALTER DATABASE ?? SET search_path = set_clock, pg_catalog, public',
    [name],
  );
  // It counts for new connections only.
  await knex.destroy();
  knex.initialize();
}
