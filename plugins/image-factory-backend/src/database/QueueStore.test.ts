import { Knex } from 'knex';
import {
  createTestDatabases,
  migrated,
  someBuild,
} from '../__testUtils__/databases';
import { PlanLimits, plan } from '../planner';
import { BuildMoveStore } from './BuildMoveStore';
import { BuildStore } from './BuildStore';
import { ExecutionStore } from './ExecutionStore';
import { QueueSnapshot, QueueStore } from './QueueStore';
import { RecordStore } from './RecordStore';
import { isSqlite, toColumn } from './engine';

jest.setTimeout(120_000);

const LIMITS: PlanLimits = {
  maxRunning: 1000,
  defaultTenant: { maxRunning: 3, weight: 1 },
  tenants: {},
  promoteAfterMs: 600_000,
  batch: 5,
};

function decide(snapshot: QueueSnapshot) {
  return plan({
    ...snapshot,
    limits: LIMITS,
    executors: [
      {
        id: 'local',
        type: 'local',
        available: true,
        maxRunning: 1000,
        running: snapshot.activeByExecutor.local ?? 0,
        methods: { docker: { available: true } },
      },
    ],
  });
}

describe('QueueStore', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    async function setup() {
      const knex = await migrated(databases, databaseId);
      return {
        knex,
        builds: BuildStore.create({ knex }),
        moves: BuildMoveStore.create({ knex }),
        queue: QueueStore.create({ knex }),
        executions: ExecutionStore.create({ knex }),
      };
    }

    function claim(queue: QueueStore, owner = 'me') {
      return queue.claim({ owner, leaseMs: 30_000, perGroup: 5, decide });
    }

    it('claims the oldest first, with an execution, a lease and a deterministic name', async () => {
      const { builds, queue, executions } = await setup();
      const first = await builds.create(someBuild());
      await builds.create(someBuild());
      const result = await claim(queue);
      if (result.result !== 'claimed') throw new Error(result.result);
      expect(result.executions[0]).toMatchObject({
        buildId: first.id,
        attempt: 1,
        executor: 'local',
        name: `docker-${first.id.replaceAll('-', '')}-1`,
        leaseToken: 1,
        config: { image: { reference: 'hello-site:1' } },
      });
      expect(await builds.get(first.id)).toMatchObject({
        status: 'running',
        phase: 'dispatching',
        attempt: 1,
        executor: 'local',
        startedAt: expect.any(String),
      });
      expect(await executions.list(first.id)).toMatchObject([
        { attempt: 1, executor: 'local', status: 'running' },
      ]);
    });

    it('leaves alone what is held, and what waits for its next attempt', async () => {
      const { knex, builds, queue } = await setup();
      await builds.create(someBuild({ status: 'pending' }));
      const later = await builds.create(someBuild());
      await knex('builds')
        .where({ id: later.id })
        .update({ not_before: toColumn(Date.now() + 60_000) });
      expect(await claim(queue)).toMatchObject({ executions: [], queued: 0 });
      await knex('builds')
        .where({ id: later.id })
        .update({ not_before: toColumn(Date.now() - 1000) });
      expect(await claim(queue)).toMatchObject({
        executions: [{ buildId: later.id }],
      });
    });

    it('tells the nodes that attempts of a build were lost with, and no others', async () => {
      const { knex, builds, queue, executions } = await setup();
      const { id } = await builds.create(someBuild());
      const records = RecordStore.create({
        knex,
        compress: async bytes => bytes,
      });
      const avoided: string[][] = [];
      // Of those that were lost otherwise, as where somebody deleted the run, the node was no cause.
      for (const node of ['node-b', 'node-a', 'node-c']) {
        const result = await claim(queue);
        if (result.result !== 'claimed') throw new Error(result.result);
        const [execution] = result.executions;
        avoided.push(execution.avoidNodes);
        await records.write(execution, {
          steps: [{ name: 'build-image', ordinal: 0, status: 'running', node }],
          logs: [],
          artifacts: [],
        });
        await executions.finish(execution, {
          status: 'lost',
          message: 'It is gone.',
          ...(node === 'node-b' && { nodes: [node] }),
        });
        await knex('builds').where({ id }).update({ not_before: null });
      }
      expect(avoided).toEqual([[], ['node-b'], ['node-b']]);
    });

    it('does not wait for a pause that was set before the clock was set back', async () => {
      const { knex, builds, queue } = await setup();
      const { id } = await builds.create(someBuild());
      await knex('builds')
        .where({ id })
        .update({ not_before: toColumn(Date.now() + 3_600_000) });
      expect(await claim(queue)).toMatchObject({
        executions: [{ buildId: id }],
      });
    });

    it('sees the heads of every tenant and placement key, however many builds stand before them', async () => {
      const { builds, queue } = await setup();
      for (let index = 0; index < 20; index++) {
        await builds.create(someBuild({ config: { tenant: 'busy' } }));
      }
      await builds.create(
        someBuild({ placementKey: 'other', config: { tenant: 'busy' } }),
      );
      await builds.create(someBuild({ config: { tenant: 'quiet' } }));
      let heads: string[][] = [];
      await queue.claim({
        owner: 'me',
        leaseMs: 30_000,
        perGroup: 2,
        decide: snapshot => {
          heads = snapshot.queue.map(each => [each.tenant, each.placementKey]);
          return { picks: [], waits: [] };
        },
      });
      expect(heads.sort()).toEqual([
        ['busy', 'key'],
        ['busy', 'key'],
        ['busy', 'other'],
        ['quiet', 'key'],
      ]);
    });

    it('holds the limit of a tenant while eight claim at once, and starts every build once', async () => {
      const { builds, queue, executions, knex } = await setup();
      const tenants = ['a', 'b', 'c', 'd'];
      for (let index = 0; index < 48; index++) {
        await builds.create(
          someBuild({ config: { tenant: tenants[index % 4] } }),
        );
      }
      let worst = 0;
      const started: string[] = [];
      async function claimer(owner: string) {
        while (started.length < 48) {
          const result = await claim(queue, owner);
          if (result.result !== 'claimed') continue;
          worst = Math.max(worst, await busiestTenant(knex));
          for (const execution of result.executions) {
            started.push(execution.buildId);
            await executions.finish(
              {
                executionId: execution.executionId,
                leaseToken: execution.leaseToken,
              },
              { status: 'completed' },
            );
          }
        }
      }
      await Promise.all(
        Array.from({ length: isSqlite(knex) ? 2 : 8 }, (_, index) =>
          claimer(`claimer-${index}`),
        ),
      );
      expect(worst).toBeGreaterThan(0);
      expect(worst).toBeLessThanOrEqual(3);
      expect(new Set(started).size).toBe(48);
      expect(started).toHaveLength(48);
    });

    it('stores why builds wait once for each tenant and key, keeps since when, and forgets what no longer holds', async () => {
      const { queue } = await setup();
      const limit = (running: number) => ({
        tenant: 'a',
        placementKey: 'key',
        reason: {
          code: 'TENANT_LIMIT' as const,
          data: { tenant: 'a', running, limit: 3 },
        },
      });
      const store = (waits: ReturnType<typeof limit>[]) =>
        queue.claim({
          owner: 'me',
          leaseMs: 1,
          perGroup: 1,
          decide: () => ({ picks: [], waits }),
        });
      await store([limit(3)]);
      const first = await queue.waitReason('a', 'key');
      expect(first).toMatchObject({
        code: 'TENANT_LIMIT',
        data: { running: 3, limit: 3 },
      });
      await store([limit(4)]);
      const second = await queue.waitReason('a', 'key');
      expect(second).toMatchObject({
        data: { running: 4, limit: 3 },
        since: first!.since,
      });
      await store([]);
      expect(await queue.waitReason('a', 'key')).toBeUndefined();
    });

    it('tells the place of a build among all that are queued', async () => {
      const { knex, builds, moves, queue } = await setup();
      const [first, second, third] = [
        await builds.create(someBuild()),
        await builds.create(someBuild()),
        await builds.create(someBuild()),
      ];
      await knex('builds').where({ id: third.id }).update({ priority: 1 });
      expect(await queue.position(third.id)).toMatchObject({ position: 1 });
      expect(await queue.position(first.id)).toMatchObject({ position: 2 });
      expect(await queue.position(second.id)).toMatchObject({
        position: 3,
        running: 0,
      });
      await moves.requestCancel(first.id, 'user:default/guest');
      expect(await queue.position(first.id)).toBeUndefined();
    });

    it('reads the heads from the index of the queue alone', async () => {
      const { knex } = await setup();
      const sql = `SELECT id FROM builds WHERE status = 'queued' AND tenant = 'a' AND priority = 0
        AND placement_key = 'key' AND (not_before IS NULL OR not_before <= '2026-01-01T00:00:00.000Z')
        ORDER BY queued_at, id LIMIT 5`;
      expect(await explain(knex, sql)).toContain('builds_queued_idx');
    });

    it('reads how long builds have waited lately from an index that ends with the last of them', async () => {
      const { knex } = await setup();
      const sql = `SELECT queued_at, started_at FROM builds WHERE method = 'nix' AND attempt = 1
        AND started_at IS NOT NULL ORDER BY created_at DESC LIMIT 40`;
      const explained = await explain(knex, sql);
      expect(explained).toContain('builds_waits_idx');
      // It comes in order: nothing is sorted.
      expect(explained).not.toMatch(/TEMP B-TREE|"Sort"/);
    });
  });
});

async function busiestTenant(knex: Knex): Promise<number> {
  const rows: { count: string | number }[] = await knex('builds')
    .where({ status: 'running' })
    .groupBy('tenant')
    .count({ count: '*' });
  return Math.max(0, ...rows.map(row => Number(row.count)));
}

async function explain(knex: Knex, sql: string): Promise<string> {
  if (isSqlite(knex)) {
    return JSON.stringify(await knex.raw(`EXPLAIN QUERY PLAN ${sql}`));
  }
  // A table this small would be read whole; the question is whether the index can serve it.
  return knex.transaction(async trx => {
    await trx.raw('SET LOCAL enable_seqscan = off');
    const { rows } = await trx.raw(`EXPLAIN (FORMAT JSON) ${sql}`);
    return JSON.stringify(rows);
  });
}
