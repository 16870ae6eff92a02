import knexFactory, { Knex } from 'knex';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockSqlite } from './lockSqlite';

jest.setTimeout(60_000);

describe('lockSqlite', () => {
  let directory: string;
  const opened: (Knex | undefined)[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'image-factory-lock-'));
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map(knex => knex?.destroy()));
    await rm(directory, { recursive: true, force: true });
  });

  function open(filename = join(directory, 'test.sqlite')): Knex {
    const knex = knexFactory({
      client: 'better-sqlite3',
      useNullAsDefault: true,
      connection: { filename },
    });
    opened.push(knex);
    return knex;
  }

  it('refuses a second process in words, until the first one is gone', async () => {
    const file = join(directory, 'test.sqlite.lock');
    const first = spawn(
      process.execPath,
      [
        '-e',
        `const db = require(${JSON.stringify(
          require.resolve('better-sqlite3'),
        )})(${JSON.stringify(file)});
         db.pragma('locking_mode = EXCLUSIVE');
         db.exec('BEGIN EXCLUSIVE; COMMIT');
         console.log('locked');
         setInterval(() => undefined, 1000);`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(first.stdout, 'data');

    await expect(lockSqlite(open())).rejects.toThrow(
      /Another process uses the SQLite database .*test\.sqlite.*Stop the other portal/,
    );

    first.kill('SIGKILL');
    await once(first, 'exit');
    const lock = await lockSqlite(open());
    opened.push(lock);
    expect(lock).toBeDefined();
  });

  it('leaves the database itself to whoever else needs it', async () => {
    const knex = open();
    opened.push(await lockSqlite(knex));
    await knex.schema.createTable('ours', table => table.increments());
    expect(await open().schema.hasTable('ours')).toBe(true);
  });

  it('has nothing to lock in memory', async () => {
    expect(await lockSqlite(open(':memory:'))).toBeUndefined();
  });
});
