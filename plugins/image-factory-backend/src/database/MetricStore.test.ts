import {
  claimedBuild,
  createTestDatabases,
  migrated,
} from '../__testUtils__/databases';
import { BuildMoveStore } from './BuildMoveStore';
import { BuildStore } from './BuildStore';
import { ExecutionStore } from './ExecutionStore';
import { MetricStore } from './MetricStore';
import { QueueStore } from './QueueStore';
import { RecordStore } from './RecordStore';
import { backoffAfter } from '../model';
import { toColumn, toIso } from './engine';
import { Knex } from 'knex';

jest.setTimeout(60_000);

const FAILURE = { class: 'user' as const, message: 'It is wrong.' };

describe('MetricStore', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    async function setup() {
      const knex = await migrated(databases, databaseId);
      return {
        knex,
        metrics: MetricStore.create({ knex }),
        executions: ExecutionStore.create({ knex }),
        records: RecordStore.create({ knex, compress: async bytes => bytes }),
        ...(await claimedBuild(knex)),
      };
    }

    it('tells of a finished build how long it waited and ran, step by step, and how large its image is', async () => {
      const { knex, metrics, executions, records, build, fence } =
        await setup();
      const queuedAt = Date.parse(build.queuedAt!);
      await knex('build_executions').update({
        started_at: toColumn(queuedAt + 2_500),
      });
      await records.write(fence, {
        steps: [
          {
            name: 'build-image',
            ordinal: 1,
            status: 'completed',
            startedAt: toColumn(queuedAt + 4_000),
            finishedAt: toColumn(queuedAt + 7_250),
          },
          {
            name: 'clone-repo',
            ordinal: 0,
            status: 'completed',
            startedAt: toColumn(queuedAt + 3_000),
            finishedAt: toColumn(queuedAt + 4_000),
          },
        ],
        logs: [
          { step: 'build-image', offset: 0, bytes: Buffer.from('STEP 1\n') },
        ],
        artifacts: [{ type: 'image', name: 'hello', sizeBytes: 123_456 }],
        metrics: [
          { name: 'source-size', value: 99, unit: 'bytes', step: 'clone-repo' },
        ],
      });
      await executions.finish(fence, { status: 'completed' });

      const found = await metrics.list(build.id);
      expect(found).toEqual([
        {
          attempt: 1,
          name: 'duration',
          value: expect.any(Number),
          unit: 'seconds',
        },
        { attempt: 1, name: 'image-size', value: 123_456, unit: 'bytes' },
        { attempt: 1, name: 'queue-wait', value: 2.5, unit: 'seconds' },
        {
          attempt: 1,
          step: 'clone-repo',
          name: 'duration',
          value: 1,
          unit: 'seconds',
        },
        {
          attempt: 1,
          step: 'clone-repo',
          name: 'log-size',
          value: 0,
          unit: 'bytes',
        },
        {
          attempt: 1,
          step: 'clone-repo',
          name: 'source-size',
          value: 99,
          unit: 'bytes',
        },
        {
          attempt: 1,
          step: 'build-image',
          name: 'duration',
          value: 3.25,
          unit: 'seconds',
        },
        {
          attempt: 1,
          step: 'build-image',
          name: 'log-size',
          value: 7,
          unit: 'bytes',
        },
      ]);
    });

    it('gives a build the counts of the scan of its latest attempt, and none where that has none', async () => {
      const { knex, records, build, fence } = await setup();
      const builds = BuildStore.create({ knex });
      const batch = { steps: [], logs: [], artifacts: [] };
      expect((await builds.get(build.id))?.vulnerabilities).toBeUndefined();
      const counts = { critical: 2, high: 0, medium: 7, low: 1, unknown: 0 };
      await records.write(fence, {
        ...batch,
        metrics: Object.entries(counts).map(([severity, value]) => ({
          name: `vulnerabilities-${severity}`,
          value,
          unit: 'count' as const,
          step: 'scan-image',
        })),
      });
      expect((await builds.get(build.id))?.vulnerabilities).toEqual(counts);
      const { items } = await builds.list({});
      expect(items.map(each => each.vulnerabilities)).toEqual([counts]);

      await knex('builds').where({ id: build.id }).update({ attempt: 2 });
      expect((await builds.get(build.id))?.vulnerabilities).toBeUndefined();
    });

    it('keeps the latest value of what is measured twice, and nothing of what is no number', async () => {
      const { metrics, records, build, fence } = await setup();
      const batch = { steps: [], logs: [], artifacts: [] };
      await records.write(fence, {
        ...batch,
        metrics: [
          { name: 'cache-hits', value: 1, unit: 'count' },
          { name: 'ratio', value: Number.NaN, unit: 'count' },
        ],
      });
      await records.write(fence, {
        ...batch,
        metrics: [{ name: 'cache-hits', value: 7, unit: 'count' }],
      });
      expect(await metrics.list(build.id)).toEqual([
        { attempt: 1, name: 'cache-hits', value: 7, unit: 'count' },
      ]);
    });

    it('keeps the largest value where it is told to, whoever measures after', async () => {
      const { metrics, records, build, fence } = await setup();
      for (const value of [4.5, 9.25, 1]) {
        await records.write(fence, {
          steps: [],
          logs: [],
          artifacts: [],
          metrics: [
            { name: 'peak-memory', value, unit: 'bytes', keep: 'largest' },
          ],
        });
      }
      expect(await metrics.list(build.id)).toEqual([
        { attempt: 1, name: 'peak-memory', value: 9.25, unit: 'bytes' },
      ]);
    });

    it.each([
      [
        'the pause after a loss',
        { status: 'lost', message: 'Gone.' } as const,
        60_000 + backoffAfter(1),
      ],
      [
        'its end where it was handed back',
        { status: 'lost', message: 'Gone.', handedBack: true } as const,
        60_000,
      ],
    ])(
      'counts the wait of a second attempt from %s on',
      async (_, outcome, since) => {
        const { knex, metrics, executions, build, fence } = await setup();
        const queuedAt = Date.parse(build.queuedAt!);
        await executions.finish(fence, outcome);
        await knex('build_executions').update({
          finished_at: toColumn(queuedAt + 60_000),
        });
        await knex('builds').update({ not_before: null });
        const second = await claimAgain(knex, build.id);
        await knex('build_executions')
          .where({ id: second.executionId })
          .update({ started_at: toColumn(queuedAt + since + 4_000) });
        await executions.finish(second, { status: 'completed' });
        expect(await waits(metrics, build.id)).toMatchObject([
          { attempt: 1 },
          { attempt: 2, value: 4 },
        ]);
      },
    );

    it('counts the wait of what somebody tries again from then on', async () => {
      const { knex, metrics, executions, build, fence } = await setup();
      await executions.finish(fence, { status: 'failed', failure: FAILURE });
      await BuildMoveStore.create({ knex }).retry(build.id, 'user:a/b', 3);
      const [{ queued_at: queuedAgain }] = await knex('builds');
      const second = await claimAgain(knex, build.id);
      await knex('build_executions')
        .where({ id: second.executionId })
        .update({
          started_at: toColumn(Date.parse(toIso(queuedAgain)) + 7_000),
        });
      await executions.finish(second, { status: 'completed' });
      expect(await waits(metrics, build.id)).toMatchObject([
        { attempt: 1 },
        { attempt: 2, value: 7 },
      ]);
    });
  });
});

async function claimAgain(knex: Knex, buildId: string) {
  const claim = await QueueStore.create({ knex }).claim({
    owner: 'me',
    leaseMs: 30_000,
    perGroup: 5,
    decide: () => ({ picks: [{ buildId, executor: 'local' }], waits: [] }),
  });
  if (claim.result !== 'claimed') throw new Error('It was not claimed');
  return claim.executions[0];
}

async function waits(metrics: MetricStore, buildId: string) {
  const all = await metrics.list(buildId);
  return all.filter(({ name }) => name === 'queue-wait');
}
