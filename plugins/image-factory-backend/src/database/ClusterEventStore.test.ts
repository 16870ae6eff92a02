import { ClusterEventSnapshot } from '@image-factory/backstage-plugin-image-factory-node';
import {
  claimedBuild,
  createTestDatabases,
  migrated,
} from '../__testUtils__/databases';
import { ClusterEventStore } from './ClusterEventStore';
import { RecordStore } from './RecordStore';

jest.setTimeout(60_000);

const at = (second: number) =>
  new Date(Date.UTC(2026, 10, 1, 10, 0, second)).toISOString();

function event(
  key: string,
  second: number,
  overrides: Partial<ClusterEventSnapshot> = {},
): ClusterEventSnapshot {
  return {
    key,
    type: 'Warning',
    object: { kind: 'Pod', name: 'docker-1-pod' },
    reason: 'FailedMount',
    message: 'not found',
    count: 1,
    firstSeenAt: at(second),
    lastSeenAt: at(second),
    ...overrides,
  };
}

describe('ClusterEventStore', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    async function setup() {
      const knex = await migrated(databases, databaseId);
      const { build, fence } = await claimedBuild(knex);
      const records = RecordStore.create({
        knex,
        compress: async bytes => bytes,
      });
      return {
        knex,
        build,
        fence,
        events: ClusterEventStore.create({ knex }),
        write: (...clusterEvents: ClusterEventSnapshot[]) =>
          records.write(fence, {
            steps: [],
            logs: [],
            artifacts: [],
            clusterEvents,
          }),
        records,
      };
    }

    it('keeps each event once, as it was told last, in the order in which they have begun', async () => {
      const { events, write, build } = await setup();
      await write(event('late', 9), event('b', 5), event('a', 5));
      await write(event('b', 5, { count: 3, lastSeenAt: at(30) }));
      await write(event('b', 5, { count: 3, lastSeenAt: at(30) }));
      const { items, ...rest } = await events.list(build.id, 1);
      expect(rest).toEqual({ truncated: false, problem: undefined });
      expect(items).toEqual([
        event('b', 5, { count: 3, lastSeenAt: at(30) }),
        event('a', 5),
        event('late', 9),
      ]);
      expect(await events.list(build.id, 2)).toEqual({
        items: [],
        truncated: false,
      });
    });

    it('keeps 200 of an execution, says that there were more, and counts on', async () => {
      const { events, write, build } = await setup();
      const all = Array.from({ length: 200 }, (_, index) =>
        event(`key-${index}`, index),
      );
      await write(...all);
      expect(await events.list(build.id, 1)).toMatchObject({
        truncated: false,
      });
      await write(
        event('one-more', 300),
        event('key-7', 7, { count: 2_147_483_648 }),
      );
      const { items, truncated } = await events.list(build.id, 1);
      expect(truncated).toBe(true);
      expect(items).toHaveLength(200);
      expect(items[7]).toMatchObject({ key: 'key-7', count: 2_147_483_647 });
    });

    it('keeps why none are seen until they are, and loses them with the build', async () => {
      const { knex, events, write, records, build, fence } = await setup();
      const tell = (problem?: string) =>
        records.write(fence, {
          steps: [],
          logs: [],
          artifacts: [],
          clusterEventsState: { problem },
        });
      await tell('The portal may not read them.');
      await write(event('a', 1));
      expect(await events.list(build.id, 1)).toMatchObject({
        items: [{ key: 'a' }],
        problem: 'The portal may not read them.',
      });
      await tell();
      expect((await events.list(build.id, 1)).problem).toBeUndefined();
      await knex('builds').where({ id: build.id }).delete();
      expect(await knex('cluster_events')).toEqual([]);
    });

    it('keeps nothing of whoever has lost the execution', async () => {
      const { events, write, knex, build } = await setup();
      await knex('build_executions').update({ lease_token: 99 });
      expect(await write(event('a', 1))).toBe('refused');
      expect((await events.list(build.id, 1)).items).toEqual([]);
    });
  });
});
