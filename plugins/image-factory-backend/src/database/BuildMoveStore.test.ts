import { setTimeout } from 'node:timers/promises';
import {
  claimedBuild,
  createTestDatabases,
  migrated,
  someBuild,
} from '../__testUtils__/databases';
import { BuildMoveStore, CancelRequest } from './BuildMoveStore';
import { BuildStore } from './BuildStore';
import { ExecutionStore } from './ExecutionStore';
import { RecordStore } from './RecordStore';

jest.setTimeout(60_000);

const UNKNOWN = '00000000-0000-4000-8000-000000000000';

describe('BuildMoveStore', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    async function setup() {
      const knex = await migrated(databases, databaseId);
      return {
        knex,
        builds: BuildStore.create({ knex }),
        moves: BuildMoveStore.create({ knex }),
        executions: ExecutionStore.create({ knex }),
      };
    }

    it('cancels at once what waits, and tells who did', async () => {
      const { builds, moves } = await setup();
      const { id } = await builds.create(someBuild());
      expect(await moves.requestCancel(id, 'user:default/ada')).toBe(
        'cancelled',
      );
      expect(await builds.get(id)).toMatchObject({
        status: 'cancelled',
        cancelRequestedBy: 'user:default/ada',
        finishedAt: expect.any(String),
      });
      expect(await moves.requestCancel(id, 'user:default/bob')).toBe(
        'already-over',
      );
      expect(
        (await builds.events(id)).map(event => [
          event.sequence,
          event.type,
          event.actor,
        ]),
      ).toEqual([
        [1, 'submitted', 'user:default/guest'],
        [2, 'cancelled', 'user:default/ada'],
      ]);
    });

    it('cancels a build that goes back to the queue while it is asked', async () => {
      const { knex, builds, moves } = await setup();
      const { build } = await claimedBuild(knex);
      let asked: Promise<CancelRequest> | undefined;
      await knex.transaction(async trx => {
        await trx('builds').where({ id: build.id }).forUpdate().first();
        asked = moves.requestCancel(build.id, 'user:default/ada');
        // It is at the lock by now, or will come to it later, which is as good.
        await setTimeout(100);
        await trx('builds').where({ id: build.id }).update({
          status: 'queued',
        });
      });
      expect(await asked).toBe('cancelled');
      expect(await builds.get(build.id)).toMatchObject({ status: 'cancelled' });
    });

    it('asks the owner of a running build to stop it, once', async () => {
      const { knex, builds, moves } = await setup();
      const { build } = await claimedBuild(knex);
      expect(await moves.requestCancel(build.id, 'user:default/ada')).toBe(
        'requested',
      );
      expect(await moves.requestCancel(build.id, 'user:default/bob')).toBe(
        'requested',
      );
      expect(await builds.get(build.id)).toMatchObject({
        status: 'running',
        phase: 'stopping',
        cancelRequestedBy: 'user:default/ada',
      });
      expect((await builds.events(build.id)).map(event => event.type)).toEqual([
        'submitted',
        'claimed',
        'cancel-requested',
      ]);
    });

    it('tells no more why a build was pending once it is to stop', async () => {
      const { knex, builds, moves } = await setup();
      const { build, fence } = await claimedBuild(knex);
      const records = RecordStore.create({ knex, compress: async b => b });
      await records.write(fence, {
        phase: { phase: 'pending', reason: 'Unschedulable', message: 'full' },
        steps: [],
        logs: [],
        artifacts: [],
      });
      await moves.requestCancel(build.id, 'user:default/ada');
      const stopping = await builds.get(build.id);
      expect(stopping?.phase).toBe('stopping');
      expect(stopping?.phaseReason).toBeUndefined();
      expect(stopping?.phaseMessage).toBeUndefined();
    });

    it('takes no earlier loss for the reason of a build that was cancelled while it waited', async () => {
      const { knex, builds, moves, executions } = await setup();
      const { build, fence } = await claimedBuild(knex);
      await executions.finish(fence, { status: 'lost', message: 'gone' });
      await moves.requestCancel(build.id, 'user:default/ada');
      const cancelled = await builds.get(build.id);
      expect(cancelled!.status).toBe('cancelled');
      expect(cancelled!.failure).toBeUndefined();
    });

    it('starts a build that was held, once', async () => {
      const { builds, moves } = await setup();
      const { id } = await builds.create(someBuild({ status: 'pending' }));
      expect(await moves.start(id, 'user:default/ada')).toBe('queued');
      expect(await moves.start(id, 'user:default/ada')).toBe('already-queued');
      expect(await builds.get(id)).toMatchObject({
        status: 'queued',
        queuedAt: expect.any(String),
      });
      expect((await builds.events(id)).map(event => event.type)).toEqual([
        'submitted',
        'started',
      ]);
    });

    it('tries a build again as the next attempt of the same build, with attempts for the infrastructure anew', async () => {
      const { knex, builds, moves, executions } = await setup();
      const { build, fence } = await claimedBuild(knex);
      await executions.finish(fence, {
        status: 'failed',
        failure: { class: 'user', message: 'Dockerfile:1 is wrong.' },
      });
      expect(await moves.retry(build.id, 'user:default/ada', 3)).toBe('queued');
      const retried = await builds.get(build.id);
      expect(retried).toMatchObject({
        status: 'queued',
        attempt: 1,
        maxAttempts: 4,
      });
      expect(retried!.failure).toBeUndefined();
      expect(retried!.finishedAt).toBeUndefined();
      expect(retried!.startedAt).toBeUndefined();
      expect(await executions.list(build.id)).toMatchObject([
        { attempt: 1, status: 'failed', failure: { class: 'user' } },
      ]);
    });

    it('tries a cancelled build again without cancelling it at once', async () => {
      const { builds, moves, executions } = await setup();
      const { id } = await builds.create(someBuild());
      await moves.requestCancel(id, 'user:default/ada');
      expect(await moves.retry(id, 'user:default/ada', 3)).toBe('queued');
      const retried = await builds.get(id);
      expect(retried).toMatchObject({ status: 'queued' });
      expect(retried!.cancelRequestedAt).toBeUndefined();
      expect(await executions.cancelRequested('me')).toEqual(new Set());
    });

    it('neither starts nor tries again what is in no status for it', async () => {
      const { knex, moves, executions } = await setup();
      const { build, fence } = await claimedBuild(knex);
      expect(await moves.retry(build.id, 'user:default/ada', 3)).toBe(
        'already-queued',
      );
      await executions.finish(fence, { status: 'completed' });
      expect(await moves.retry(build.id, 'user:default/ada', 3)).toBe(
        'not-allowed',
      );
      expect(await moves.start(build.id, 'user:default/ada')).toBe(
        'not-allowed',
      );
    });

    it('moves nothing that there never was', async () => {
      const { moves } = await setup();
      expect(await moves.start(UNKNOWN, 'user:default/ada')).toBe('not-found');
      expect(await moves.retry(UNKNOWN, 'user:default/ada', 3)).toBe(
        'not-found',
      );
      expect(await moves.requestCancel(UNKNOWN, 'user:default/ada')).toBe(
        'not-found',
      );
    });
  });
});
