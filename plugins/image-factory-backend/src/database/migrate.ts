import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { lockSqlite } from './lockSqlite';

/** Where the migrations are, also once the package is published. */
export function migrationsDirectory(): string {
  return resolvePackagePath(
    '@image-factory/backstage-plugin-image-factory-backend',
    'migrations',
  );
}

/** The plugin's database, with its tables. */
export type OpenDatabase = {
  knex: Knex;
  /** Lets other processes have it. The connection itself is the backend's. */
  close(): Promise<void>;
};

/**
 * Connects to the plugin's database and brings its tables up to date, unless
 * the operator does that elsewhere.
 *
 * @throws Error where another process has the database, and it is SQLite
 */
export async function openDatabase(
  database: DatabaseService,
): Promise<OpenDatabase> {
  const knex = await database.getClient();
  const lock = await lockSqlite(knex);
  if (!database.migrations?.skip) {
    await knex.migrate.latest({ directory: migrationsDirectory() });
  }
  return {
    knex,
    async close() {
      await lock?.destroy();
    },
  };
}
