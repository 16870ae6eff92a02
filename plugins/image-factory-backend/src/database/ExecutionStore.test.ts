import { setDatabaseClock } from '../__testUtils__/databaseClock';
import {
  claimedBuild,
  createTestDatabases,
  migrated,
} from '../__testUtils__/databases';
import { BuildMoveStore } from './BuildMoveStore';
import { BuildStore } from './BuildStore';
import { ExecutionStore } from './ExecutionStore';
import { RecordStore } from './RecordStore';
import { StepStore } from './StepStore';
import { toColumn } from './engine';

jest.setTimeout(60_000);

describe('ExecutionStore', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    async function setup() {
      const knex = await migrated(databases, databaseId);
      return {
        knex,
        builds: BuildStore.create({ knex }),
        moves: BuildMoveStore.create({ knex }),
        executions: ExecutionStore.create({ knex }),
        records: RecordStore.create({ knex, compress: async bytes => bytes }),
        steps: StepStore.create({ knex }),
        ...(await claimedBuild(knex)),
      };
    }

    it('completes a build once', async () => {
      const { builds, executions, build, fence } = await setup();
      expect(await executions.finish(fence, { status: 'completed' })).toBe(
        'applied',
      );
      expect(await executions.finish(fence, { status: 'cancelled' })).toBe(
        'refused',
      );
      const stored = await builds.get(build.id);
      expect(stored).toMatchObject({
        status: 'completed',
        finishedAt: expect.any(String),
      });
      expect(stored!.phase).toBeUndefined();
      expect((await builds.events(build.id)).map(event => event.type)).toEqual([
        'submitted',
        'claimed',
        'completed',
      ]);
    });

    it('tells what is over for long enough, what is not, and nothing of what it does not have', async () => {
      const { knex, executions, fence } = await setup();
      const { executionId } = fence;
      const ask = () =>
        executions.areOver(
          [executionId, '00000000-0000-4000-8000-000000000000'],
          60_000,
        );
      expect(await ask()).toEqual(new Map([[executionId, false]]));
      await executions.finish(fence, { status: 'completed' });
      expect(await ask()).toEqual(new Map([[executionId, false]]));
      await setDatabaseClock(knex, 61_000);
      expect(await ask()).toEqual(new Map([[executionId, true]]));
    });

    it('never ends a build before it began, where the clock of the database was set back', async () => {
      const { knex, builds, executions, build, fence } = await setup();
      await setDatabaseClock(knex, -3_600_000);
      await executions.finish(fence, { status: 'completed' });
      const [execution] = await executions.list(build.id);
      expect(execution.finishedAt).toBe(execution.startedAt);
      const stored = await builds.get(build.id);
      expect(stored?.finishedAt).toBe(stored?.startedAt);
    });

    it('puts a lost build back into the queue with a pause, and keeps the attempt that was lost', async () => {
      const { builds, executions, build, fence } = await setup();
      await executions.finish(fence, {
        status: 'lost',
        message: 'The portal was lost.',
      });
      const stored = await builds.get(build.id);
      expect(stored).toMatchObject({
        status: 'queued',
        attempt: 1,
        queuedAt: build.queuedAt,
        failure: { class: 'infrastructure', message: 'The portal was lost.' },
      });
      expect(Date.parse(stored!.notBefore!)).toBeGreaterThan(Date.now());
      expect(stored!.finishedAt).toBeUndefined();
      expect(await executions.list(build.id)).toMatchObject([
        {
          attempt: 1,
          status: 'lost',
          failure: { message: 'The portal was lost.' },
        },
      ]);
    });

    it('fails a build with its reason', async () => {
      const { builds, executions, build, fence } = await setup();
      const failure = {
        class: 'user' as const,
        message: 'Dockerfile:2 is wrong.',
        line: 2,
      };
      await executions.finish(fence, { status: 'failed', failure });
      expect(await builds.get(build.id)).toMatchObject({
        status: 'failed',
        failure,
      });
    });

    it('closes the steps that its executor has left open', async () => {
      const { executions, records, steps, build, fence } = await setup();
      await records.write(fence, {
        steps: [
          { name: 'clone-repo', ordinal: 0, status: 'completed' },
          { name: 'build-image', ordinal: 1, status: 'running' },
          { name: 'push-image', ordinal: 2, status: 'pending' },
        ],
        logs: [],
        artifacts: [],
      });
      await executions.finish(fence, {
        status: 'lost',
        message: 'The portal was lost.',
      });
      expect(await steps.list(build.id, 1)).toMatchObject([
        { name: 'clone-repo', status: 'completed' },
        {
          name: 'build-image',
          status: 'failed',
          reason: 'The portal was lost.',
        },
        { name: 'push-image', status: 'skipped' },
      ]);
    });

    it('leaves an execution to its holder who has renewed the lease since it was found', async () => {
      const { knex, executions, fence } = await setup();
      await knex('build_executions').update({
        lease_expires_at: toColumn(Date.now() - 1000),
      });
      const [expired] = await executions.expired({
        owner: 'other',
        held: [],
        othersAreGone: false,
        leaseMs: 30_000,
      });
      await executions.renewLeases('me', 30_000, [fence.executionId]);
      expect(
        await executions.takeOver(expired, { owner: 'other', leaseMs: 30_000 }),
      ).toBeUndefined();
      expect((await executions.look(fence))?.held).toBe(true);
    });

    it('refuses the old holder of an execution that was taken over, in every write', async () => {
      const { knex, executions, records, fence, build } = await setup();
      await knex('build_executions').update({
        lease_expires_at: toColumn(Date.now() - 1000),
      });
      const [expired] = await executions.expired({
        owner: 'other',
        held: [],
        othersAreGone: false,
        leaseMs: 30_000,
      });
      expect(expired).toMatchObject({
        executionId: fence.executionId,
        buildId: build.id,
      });
      const taken = await executions.takeOver(expired, {
        owner: 'other',
        leaseMs: 30_000,
      });
      expect(taken).toEqual({ executionId: fence.executionId, leaseToken: 2 });
      expect(
        await executions.takeOver(expired, { owner: 'third', leaseMs: 30_000 }),
      ).toBeUndefined();

      const batch = { steps: [], logs: [], artifacts: [] };
      expect(await records.write(fence, batch)).toBe('refused');
      const run = { name: 'run', namespace: 'payments' };
      expect(await executions.keepRun(fence, run)).toBe('refused');
      expect((await executions.resume(taken!)).resumedFrom?.run).toBe(
        undefined,
      );
      expect(await executions.keepRun(taken!, run)).toBe('applied');
      expect((await executions.resume(taken!)).resumedFrom?.run).toEqual(run);
      expect(await executions.finish(fence, { status: 'completed' })).toBe(
        'refused',
      );
      expect(await records.write(taken!, batch)).toBe('applied');
      expect(await executions.finish(taken!, { status: 'completed' })).toBe(
        'applied',
      );
    });

    it('takes nothing from a holder that renews in time, or from itself', async () => {
      const { knex, executions, fence } = await setup();
      const held = [fence.executionId];
      await knex('build_executions').update({
        lease_expires_at: toColumn(Date.now() - 1000),
      });
      expect(await executions.renewLeases('me', 30_000, held)).toEqual(
        new Set(),
      );
      expect(
        await executions.expired({
          owner: 'other',
          held: [],
          othersAreGone: false,
          leaseMs: 30_000,
        }),
      ).toEqual([]);
      expect(
        await executions.expired({
          owner: 'me',
          held,
          othersAreGone: true,
          leaseMs: 30_000,
        }),
      ).toEqual([]);
      expect(
        await executions.expired({
          owner: 'other',
          held: [],
          othersAreGone: true,
          leaseMs: 30_000,
        }),
      ).toHaveLength(1);
    });

    it('lets run out what its own owner has lost sight of, however much else that holds', async () => {
      const { knex, executions, fence } = await setup();
      const other = await claimedBuild(knex);
      await knex('build_executions').update({
        lease_expires_at: toColumn(Date.now() - 1000),
      });
      const held = [other.fence.executionId];
      await executions.renewLeases('me', 30_000, held);
      expect(
        await executions.expired({
          owner: 'me',
          held,
          othersAreGone: true,
          leaseMs: 30_000,
        }),
      ).toMatchObject([{ executionId: fence.executionId }]);
    });

    it('gives a build that was handed back its place again, at once and without losing an attempt', async () => {
      const { builds, executions, build, fence } = await setup();
      await executions.finish(fence, {
        status: 'lost',
        message: 'The portal stopped.',
        handedBack: true,
      });
      const stored = await builds.get(build.id);
      expect(stored).toMatchObject({
        status: 'queued',
        queuedAt: build.queuedAt,
        attempt: 1,
        maxAttempts: 4,
      });
      expect(stored!.failure).toBeUndefined();
      expect(stored!.notBefore).toBeUndefined();
      expect(stored!.startedAt).toBeUndefined();
    });

    it('tells a fault from a run that was handed back, each with what is to be told of it', async () => {
      const { knex, builds, executions, build, fence } = await setup();
      await executions.finish(fence, {
        status: 'lost',
        message: 'The portal stopped.',
        handedBack: true,
      });
      const other = await claimedBuild(knex);
      await executions.finish(other.fence, {
        status: 'lost',
        message: 'Node worker-2 is gone.',
      });
      const told = async (id: string) => (await builds.events(id)).at(-1);
      expect(await told(build.id)).toMatchObject({
        type: 'requeued',
        data: { attempt: 1, handedBack: true },
      });
      expect((await told(build.id))!.data).not.toHaveProperty('message');
      expect(await told(other.build.id)).toMatchObject({
        type: 'requeued',
        data: {
          attempt: 1,
          class: 'infrastructure',
          message: 'Node worker-2 is gone.',
        },
      });
      expect((await told(other.build.id))!.data).not.toHaveProperty(
        'handedBack',
      );
    });

    it('names the nodes that an attempt was lost with, and none where it was lost otherwise', async () => {
      const { knex, executions, build, fence } = await setup();
      await executions.finish(fence, {
        status: 'lost',
        message: 'Two nodes are gone.',
        nodes: ['worker-2', 'worker-1'],
      });
      const other = await claimedBuild(knex);
      await executions.finish(other.fence, {
        status: 'lost',
        message: 'Somebody deleted the run.',
        nodes: [],
      });
      expect(await executions.list(build.id)).toMatchObject([
        { lostNodes: ['worker-2', 'worker-1'] },
      ]);
      const [otherwise] = await executions.list(other.build.id);
      expect(otherwise.lostNodes).toBeUndefined();
    });

    it('tells a holder what was taken from it, and not what has ended', async () => {
      const { executions, fence } = await setup();
      const held = [fence.executionId];
      const [seen] = await executions.expired({
        owner: 'other',
        held: [],
        othersAreGone: true,
        leaseMs: 30_000,
      });
      const taken = await executions.takeOver(seen, {
        owner: 'other',
        leaseMs: 30_000,
      });
      expect(await executions.renewLeases('me', 30_000, held)).toEqual(
        new Set(held),
      );
      await executions.finish(taken!, { status: 'completed' });
      expect(await executions.renewLeases('other', 30_000, held)).toEqual(
        new Set(),
      );
    });

    it('tells the owner, and only the owner, what is to be cancelled', async () => {
      const { builds, moves, executions, build, fence } = await setup();
      expect(await executions.cancelRequested('me')).toEqual(new Set());
      await moves.requestCancel(build.id, 'user:default/guest');
      expect(await executions.cancelRequested('me')).toEqual(
        new Set([fence.executionId]),
      );
      expect(await executions.cancelRequested('other')).toEqual(new Set());
      await executions.finish(fence, { status: 'lost', message: 'gone' });
      expect(await builds.get(build.id)).toMatchObject({ status: 'cancelled' });
    });

    it('tells whose builds an executor was given lately', async () => {
      const knex = await migrated(databases, databaseId);
      const executions = ExecutionStore.create({ knex });
      await claimedBuild(knex);
      await claimedBuild(knex);
      const hour = 3_600_000;
      expect(await executions.recentTenants('local', hour)).toEqual([
        'group:default/guests',
      ]);
      expect(await executions.recentTenants('other', hour)).toEqual([]);
      await setDatabaseClock(knex, 2 * hour);
      expect(await executions.recentTenants('local', hour)).toEqual([]);
    });
  });
});
