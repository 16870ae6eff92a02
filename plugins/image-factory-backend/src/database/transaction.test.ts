import knexFactory, { Knex } from 'knex';
import { execFileSync } from 'node:child_process';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWithMounts } from '../__testUtils__/engines';
import { isFull, isPassing } from './isPassing';
import { transaction } from './transaction';

describeWithMounts('transaction on a disk that is full', () => {
  let disk: string;
  let knex: Knex;

  beforeEach(async () => {
    disk = await mkdtemp(join(tmpdir(), 'full-database-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
    knex = knexFactory({
      client: 'better-sqlite3',
      useNullAsDefault: true,
      connection: { filename: join(disk, 'database.sqlite') },
    });
    await knex.schema.createTable('notes', table => table.text('text'));
    for (const bytes of [100_000, 1]) {
      await fill(join(disk, 'ballast'), bytes);
    }
  });

  afterEach(async () => {
    await knex.destroy();
    execFileSync('umount', [disk]);
    await rm(disk, { recursive: true });
  });

  async function fill(path: string, bytes: number): Promise<void> {
    for (;;) {
      try {
        await appendFile(path, Buffer.alloc(bytes));
      } catch {
        return;
      }
    }
  }

  it('tells that the disk is full, and goes on once there is space', async () => {
    const write = () =>
      transaction(knex, async trx => {
        await trx('notes').insert({ text: 'a' });
        await trx('notes').insert({ text: 'x'.repeat(10_000) });
        return 'written';
      });
    const error = await write().catch(thrown => thrown);
    expect([isFull(error), isPassing(error)]).toEqual([true, true]);
    await rm(join(disk, 'ballast'));
    expect(await write()).toBe('written');
    expect(await knex('notes')).toHaveLength(2);
  });

  it('leaves what was thrown in it as it is', async () => {
    const mine = new Error('mine');
    await expect(
      transaction(knex, async () => {
        throw mine;
      }),
    ).rejects.toBe(mine);
  });
});
