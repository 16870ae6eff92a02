import { Knex } from 'knex';
import {
  claimedBuild,
  createTestDatabases,
  someBuild,
} from '../__testUtils__/databases';
import { BuildStore } from './BuildStore';
import { ExecutionStore } from './ExecutionStore';
import { migrationsDirectory } from './migrate';

jest.setTimeout(60_000);

const MIGRATIONS = { directory: migrationsDirectory() };

describe('migrations', () => {
  const databases = createTestDatabases();

  it.each(databases.eachSupportedId())(
    'go down one by one with rows in place, and up again one by one without losing any, on %p',
    async databaseId => {
      const knex = await databases.init(databaseId);
      await knex.migrate.latest(MIGRATIONS);
      const { build, fence } = await claimedBuild(knex);
      await ExecutionStore.create({ knex }).finish(fence, {
        status: 'completed',
      });
      await BuildStore.create({ knex }).create(
        someBuild({
          idempotency: {
            principal: 'user:default/guest',
            key: 'once',
            bodyHash: 'hash',
          },
        }),
      );
      expect(await count(knex, 'metrics')).toBeGreaterThan(0);
      expect(await count(knex, 'idempotency_keys')).toBe(1);
      expect(await count(knex, 'entity_owners')).toBe(1);

      const { length } = await completed(knex);
      for (let left = length - 1; left >= 1; left -= 1) {
        await knex.migrate.down(MIGRATIONS);
        expect(await completed(knex)).toHaveLength(left);
        expect(await count(knex, 'builds')).toBe(2);
        expect(await count(knex, 'build_executions')).toBe(1);
      }
      for (let done = 2; done <= length; done += 1) {
        await knex.migrate.up(MIGRATIONS);
        expect(await completed(knex)).toHaveLength(done);
      }
      expect(await BuildStore.create({ knex }).get(build.id)).toMatchObject({
        status: 'completed',
      });
      expect(
        await ExecutionStore.create({ knex }).list(build.id),
      ).toMatchObject([{ status: 'completed' }]);
    },
  );

  it.each(databases.eachSupportedId())(
    'go all the way down with rows in place, and up again, on %p',
    async databaseId => {
      const knex = await databases.init(databaseId);
      await knex.migrate.latest(MIGRATIONS);
      await BuildStore.create({ knex }).create(someBuild());
      await knex.migrate.rollback(MIGRATIONS, true);
      expect(await knex.schema.hasTable('builds')).toBe(false);
      await knex.migrate.latest(MIGRATIONS);
      expect(await BuildStore.create({ knex }).list({})).toMatchObject({
        items: [],
        totalItems: 0,
      });
    },
  );
});

async function completed(knex: Knex): Promise<unknown[]> {
  const [done] = await knex.migrate.list(MIGRATIONS);
  return done;
}

async function count(knex: Knex, table: string): Promise<number> {
  const [row] = await knex(table).count({ count: '*' });
  return Number(row.count);
}
