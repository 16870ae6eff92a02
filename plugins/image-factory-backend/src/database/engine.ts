import { Knex } from 'knex';
import { TimeColumn } from './tables';

/** Tells whether the database is SQLite: one process, one connection, no row locks. */
export function isSqlite(knex: Knex): boolean {
  return String(knex.client.config.client).includes('sqlite');
}

/** The database's clock, in milliseconds since the epoch. Leases and order go by this clock alone, so that replicas need not agree on theirs. */
export async function databaseNow(knex: Knex): Promise<number> {
  if (isSqlite(knex)) {
    const [row] = await knex.raw(
      "SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now') AS now",
    );
    return Date.parse(row.now);
  }
  // clock_timestamp, not now(): the latter stands still within a transaction.
  const { rows } = await knex.raw('SELECT clock_timestamp() AS now');
  return rows[0].now.getTime();
}

/** What to write into a time column. */
export function toColumn(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** ISO 8601 in UTC with milliseconds out of a time column. */
export function toIso(value: TimeColumn): string {
  return (value instanceof Date ? value : new Date(value)).toISOString();
}

/** {@link toIso} for a column that may be empty. */
export function toOptionalIso(
  value: TimeColumn | null | undefined,
): string | undefined {
  return value ? toIso(value) : undefined;
}
