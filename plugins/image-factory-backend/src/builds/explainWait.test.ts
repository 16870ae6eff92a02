import {
  createTestDatabases,
  migrated,
  someBuild,
} from '../__testUtils__/databases';
import { BuildStore, QueueStore, toColumn } from '../database';
import { StoredWaitReason } from '../model';
import { explainWait } from './explainWait';

jest.setTimeout(60_000);

describe('explainWait', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    async function setup(options: {
      waits: number[];
      reason?: StoredWaitReason;
    }) {
      const knex = await migrated(databases, databaseId);
      const builds = BuildStore.create({ knex });
      const queue = QueueStore.create({ knex });
      for (const seconds of options.waits) {
        const { id, queuedAt } = await builds.create(someBuild());
        await knex('builds')
          .where({ id })
          .update({
            status: 'completed',
            attempt: 1,
            started_at: toColumn(Date.parse(queuedAt!) + seconds * 1000),
          });
      }
      const build = await builds.create(someBuild());
      const { reason } = options;
      await queue.claim({
        owner: 'me',
        leaseMs: 1,
        perGroup: 1,
        decide: () => ({
          picks: [],
          waits: reason
            ? [{ tenant: build.tenant, placementKey: 'key', reason }]
            : [],
        }),
      });
      const explain = (titles: Record<string, string> = {}) =>
        explainWait({
          build,
          queue,
          now: Date.now(),
          titleOf: executor => titles[executor],
        });
      return { build, queue, knex, builds, explain };
    }

    const full: StoredWaitReason = {
      code: 'EXECUTOR_FULL',
      data: { executor: 'local', running: 2, limit: 2 },
    };

    it('tells the reason, the place in the queue and the median of recent waits', async () => {
      const { explain } = await setup({
        waits: [10, 20, 30, 40, 50],
        reason: full,
      });
      expect(await explain()).toMatchObject({
        waiting: true,
        code: 'EXECUTOR_FULL',
        message: 'Executor local is full: it runs 2 of at most 2 builds.',
        position: 1,
        ahead: 0,
        estimatedSeconds: 30,
      });
      expect(await explain({ local: 'This machine' })).toMatchObject({
        message: 'This machine is full: it runs 2 of at most 2 builds.',
      });
    });

    it.each([
      [
        {
          code: 'TOOL_MISSING',
          data: {
            executor: 'local',
            message: 'Nothing builds here.',
            hint: 'Get one.',
          },
        } as const,
        'No executor can run it now. Nothing builds here.',
      ],
      [
        {
          code: 'EXECUTOR_UNAVAILABLE',
          data: { message: 'No executor is configured.', hint: 'Get one.' },
        } as const,
        'No executor is configured.',
      ],
    ])(
      'says that no executor can run a build, and does not have it next in the queue (%#)',
      async (reason, message) => {
        const { explain } = await setup({ waits: [], reason });
        const wait = await explain({ local: 'This machine' });
        expect(wait).toMatchObject({
          code: reason.code,
          message,
          hint: 'Get one.',
        });
        expect(wait).not.toHaveProperty('position');
        expect(wait).not.toHaveProperty('ahead');
      },
    );

    it.each([
      ['too few waits to go by', [10, 20], full],
      ['waits of less than a second', [0, 0, 0, 0, 0.1], full],
      [
        'a reason that somebody has to mend',
        [10, 20, 30, 40, 50],
        {
          code: 'TOOL_MISSING',
          data: { executor: 'local', message: 'Nothing builds here.' },
        } as const,
      ],
    ])('gives no estimate with %s', async (_, waits, reason) => {
      const { explain } = await setup({ waits, reason });
      const wait = await explain();
      expect(wait.code).toBe(reason.code);
      expect(wait.estimatedSeconds).toBeUndefined();
    });

    it('says that a build is next where nothing holds it', async () => {
      const { explain } = await setup({ waits: [] });
      expect(await explain()).toMatchObject({
        code: 'NEXT',
        position: 1,
      });
    });

    it('says until when a lost build waits, and why it was lost', async () => {
      const { build, queue, knex, builds } = await setup({ waits: [] });
      await knex('builds')
        .where({ id: build.id })
        .update({
          attempt: 1,
          not_before: toColumn(Date.now() + 60_000),
          failure: JSON.stringify({
            class: 'infrastructure',
            message: 'The disk is full.',
          }),
        });
      const stored = await builds.get(build.id);
      expect(
        await explainWait({
          build: stored!,
          queue,
          now: Date.now(),
          titleOf: () => undefined,
        }),
      ).toMatchObject({
        code: 'BACKOFF',
        message: expect.stringMatching(/^Attempt 1 of 3 was lost/),
        hint: 'The disk is full.',
      });
    });

    it('says nothing of a build that does not wait', async () => {
      const { build, queue, knex } = await setup({ waits: [] });
      await knex('builds')
        .where({ id: build.id })
        .update({ status: 'completed' });
      expect(
        await explainWait({
          build: { ...build, status: 'completed' },
          queue,
          now: Date.now(),
          titleOf: () => undefined,
        }),
      ).toEqual({ waiting: false });
    });
  });
});
