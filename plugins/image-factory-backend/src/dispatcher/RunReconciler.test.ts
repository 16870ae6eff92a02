import { mockServices } from '@backstage/backend-test-utils';
import { ObservedRun } from '@image-factory/backstage-plugin-image-factory-node';
import { ScriptedExecutor } from '../__testUtils__/ScriptedExecutor';
import { setDatabaseClock } from '../__testUtils__/databaseClock';
import {
  claimedBuild,
  createTestDatabases,
  migrated,
} from '../__testUtils__/databases';
import { ExecutionStore } from '../database';
import { RunReconciler } from './RunReconciler';

jest.setTimeout(60_000);

const { signal } = new AbortController();

/** An executor as a third party could bring one, of which only its runs are looked at. */
class ListingExecutor extends ScriptedExecutor {
  readonly found: ObservedRun[] = [];
  readonly discarded: string[] = [];
  broken: Error | undefined;
  stuck: string | undefined;

  async *list(): AsyncIterable<ObservedRun> {
    if (this.broken) throw this.broken;
    yield* this.found;
  }

  async discard({ name }: ObservedRun): Promise<void> {
    if (name === this.stuck) throw new Error('admission webhook denied it');
    this.discarded.push(name);
  }
}

describe('RunReconciler', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    async function setup() {
      const knex = await migrated(databases, databaseId);
      const executions = ExecutionStore.create({ knex });
      const logger = mockServices.logger.mock();
      const first = new ListingExecutor('one');
      const second = new ListingExecutor('two');
      const { build, fence } = await claimedBuild(knex);
      return {
        knex,
        executions,
        logger,
        first,
        second,
        fence,
        run: {
          name: 'docker-1',
          namespace: 'team-a',
          buildId: build.id,
          executionId: fence.executionId,
          isOver: false,
        },
        reconciler: RunReconciler.create({
          executors: () => [first, second],
          executions,
          logger,
        }),
      };
    }

    it('leaves a run alone whose execution goes on, or has ended a moment ago', async () => {
      const { executions, first, fence, run, reconciler } = await setup();
      first.found.push(run);
      await reconciler.reconcile(signal);
      await executions.finish(fence, { status: 'cancelled' });
      await reconciler.reconcile(signal);
      expect(first.discarded).toEqual([]);
    });

    it('clears up a run whose execution is over, and tells it once however long that takes', async () => {
      const { knex, executions, first, fence, run, reconciler, logger } =
        await setup();
      await executions.finish(fence, { status: 'cancelled' });
      await setDatabaseClock(knex, 61_000);
      first.found.push(run);
      await reconciler.reconcile(signal);
      await reconciler.reconcile(signal);
      expect(first.discarded).toEqual(['docker-1', 'docker-1']);
      expect(logger.warn).toHaveBeenCalledTimes(1);
      expect(logger.warn).toHaveBeenCalledWith(
        expect.stringContaining('is left of an execution that is over'),
      );
    });

    it('tells of a run that the database knows nothing of, and leaves it alone', async () => {
      const { first, run, reconciler, logger } = await setup();
      first.found.push({
        ...run,
        executionId: '00000000-0000-4000-8000-000000000000',
      });
      await reconciler.reconcile(signal);
      expect(first.discarded).toEqual([]);
      expect(logger.warn).toHaveBeenCalledWith(
        expect.stringMatching(
          /docker-1 in team-a .*knows nothing of\. It is left alone: give each portal its own instance/,
        ),
      );
    });

    it('goes on past a run that cannot be cleared up, and tells of it once', async () => {
      const { knex, executions, first, fence, run, reconciler, logger } =
        await setup();
      await executions.finish(fence, { status: 'cancelled' });
      await setDatabaseClock(knex, 61_000);
      first.stuck = 'docker-1';
      first.found.push(run, { ...run, name: 'docker-2' });
      await reconciler.reconcile(signal);
      await reconciler.reconcile(signal);
      expect(first.discarded).toEqual(['docker-2', 'docker-2']);
      const told = logger.warn.mock.calls.filter(([message]) =>
        message.includes('docker-1 on one could not be cleared up'),
      );
      expect(told).toEqual([
        [expect.any(String), new Error('admission webhook denied it')],
      ]);
    });

    it('goes through more runs than are asked for at once, and past an executor that does not answer', async () => {
      const { knex, executions, first, second, fence, run, reconciler } =
        await setup();
      await executions.finish(fence, { status: 'completed' });
      await setDatabaseClock(knex, 61_000);
      first.broken = new Error('no answer');
      second.found.push(
        ...Array.from({ length: 250 }, (_, index) => ({
          ...run,
          name: `docker-${index}`,
        })),
      );
      await reconciler.reconcile(signal);
      expect(second.discarded).toHaveLength(250);
      expect(new Set(second.discarded).size).toBe(250);
    });
  });
});
