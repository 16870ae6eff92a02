import { mockServices } from '@backstage/backend-test-utils';
import { setDatabaseClock } from '../__testUtils__/databaseClock';
import {
  claimedBuild,
  createTestDatabases,
  migrated,
} from '../__testUtils__/databases';
import { EVERYTHING_BUT_DATE } from '../__testUtils__/fakeDate';
import { ScriptedExecutor } from '../__testUtils__/ScriptedExecutor';
import { TemporaryBlobs } from '../__testUtils__/TemporaryBlobs';
import {
  BuildStore,
  ExecutionStore,
  RecordStore,
  toColumn,
  toIso,
} from '../database';
import { SecretValues, compressChunk } from '../logs';
import { Recorder } from '../recorder';
import { ExecutionRunner } from './ExecutionRunner';
import { LeaseKeeper, MISSING_EXECUTOR_MS } from './LeaseKeeper';

jest.setTimeout(60_000);

const HOUR_MS = 3_600_000;
const AWAY = { message: expect.stringContaining('build_executions') };

describe('LeaseKeeper', () => {
  const databases = createTestDatabases();
  const temporary = TemporaryBlobs.create();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    const running: { executor: ScriptedExecutor; runner: ExecutionRunner }[] =
      [];
    afterEach(async () => {
      for (const { executor, runner } of running.splice(0)) {
        await executor.stop();
        await runner.idle();
      }
    });

    async function setup() {
      const knex = await migrated(databases, databaseId);
      const executions = ExecutionStore.create({ knex });
      const logger = mockServices.logger.mock();
      const recorder = Recorder.create({
        records: RecordStore.create({ knex, compress: compressChunk }),
        executions,
        blobs: await temporary.store(),
        secrets: SecretValues.create({ logger }),
        logger,
      });
      const { build, execution } = await claimedBuild(knex, 'holder');
      const time = { steady: 0 };
      /** Executors that no process here has. */
      const missing = new Set<string>();
      const keeperOf = (owner: string, othersAreGone = false) => {
        const executor = new ScriptedExecutor('local');
        const runner = ExecutionRunner.create({
          recorder,
          executor: id => (missing.has(id) ? undefined : executor),
          onChange: () => undefined,
          onFinished: () => undefined,
          steady: () => time.steady,
          logger,
        });
        running.push({ executor, runner });
        const cleared = jest.fn(async () => undefined);
        return {
          cleared,
          runner,
          keeper: LeaseKeeper.create({
            owner,
            othersAreGone,
            executions,
            recorder,
            runner,
            clearUp: cleared,
            onChange: () => undefined,
            onRecovered: () => undefined,
            steady: () => time.steady,
            logger,
          }),
        };
      };
      return {
        knex,
        builds: BuildStore.create({ knex }),
        executions,
        recorder,
        id: build.id,
        time,
        missing,
        logger,
        /** Nobody has renewed its lease for so long. */
        leftFor: (milliseconds: number) =>
          knex('build_executions').update({
            lease_expires_at: toColumn(Date.now() - milliseconds),
          }),
        /** Lives, and runs the execution. */
        holder() {
          const { keeper, runner } = keeperOf('holder');
          runner.run(execution);
          return keeper;
        },
        other: keeperOf('other'),
        /** Where the database admits one process only. */
        alone: () => keeperOf('alone', true),
        /** What the holder runs it with. */
        holding: () => running.at(-1)!.executor,
        async leaseEnd(): Promise<number> {
          const row = await knex('build_executions').first();
          return Date.parse(toIso(row.lease_expires_at));
        },
        async status(): Promise<string | undefined> {
          return (await BuildStore.create({ knex }).get(build.id))?.status;
        },
      };
    }

    it('takes over what nobody has renewed, once nothing of it is left on this machine', async () => {
      const { knex, other, status } = await setup();
      await knex('build_executions').update({
        lease_expires_at: toColumn(Date.now() - 1000),
      });
      other.cleared.mockImplementation(async () => {
        expect(await status()).toBe('running');
      });
      await other.keeper.recover();
      expect(other.cleared).toHaveBeenCalledTimes(1);
      expect(await status()).toBe('queued');
    });

    it('leaves what runs on an executor that it does not have to those that have it, and tells that once', async () => {
      const { knex, builds, other, missing, leftFor, logger, status } =
        await setup();
      missing.add('local');
      await leftFor(MISSING_EXECUTOR_MS - 60_000);
      await other.keeper.recover();
      await other.keeper.recover();
      expect(await status()).toBe('running');
      expect(await knex('build_executions').first()).toMatchObject({
        status: 'running',
        owner: 'holder',
        lease_token: 1,
      });
      expect(other.cleared).not.toHaveBeenCalled();
      expect(logger.warn).toHaveBeenCalledTimes(1);
      expect(logger.warn).toHaveBeenCalledWith(
        expect.stringContaining('the executor local, which this process'),
      );
      // A replica that has it comes back.
      missing.clear();
      await other.keeper.recover();
      expect(await builds.list({})).toMatchObject({
        items: [{ status: 'queued' }],
      });
    });

    it('settles at once what ran beside a process that is gone, though nothing runs there any more, and leaves the runs of clusters', async () => {
      const { knex, missing, alone, leftFor, status } = await setup();
      await leftFor(1_000);
      const { keeper } = alone();
      missing.add('local').add('eu-1');
      await knex('build_executions').update({ executor: 'eu-1' });
      await keeper.recover();
      expect(await status()).toBe('running');
      await knex('build_executions').update({ executor: 'local' });
      await keeper.recover();
      expect(await status()).toBe('queued');
    });

    it('settles what ran on an executor that nobody has had for a day, and names that', async () => {
      const { builds, id, other, missing, leftFor } = await setup();
      missing.add('local');
      await leftFor(MISSING_EXECUTOR_MS + 60_000);
      await other.keeper.recover();
      expect(await builds.get(id)).toMatchObject({
        status: 'queued',
        failure: {
          class: 'infrastructure',
          message: expect.stringContaining(
            'ran on the executor local, which the portal does not have any more',
          ),
        },
      });
    });

    it('cancels what runs on an executor that nobody has where a user wants that, and names the executor', async () => {
      const { knex, id, other, missing, leftFor, status } = await setup();
      missing.add('local');
      await leftFor(30_000);
      await knex('builds').update({
        cancel_requested_at: toColumn(Date.now()),
        cancel_requested_by: 'user:default/guest',
      });
      await other.keeper.recover();
      expect(await status()).toBe('running');
      await leftFor(70_000);
      await other.keeper.recover();
      expect(await status()).toBe('cancelled');
      const event = await knex('build_events')
        .where({ build_id: id, type: 'cancelled' })
        .first();
      expect(JSON.parse(event.data)).toMatchObject({
        message: expect.stringContaining('the executor local'),
      });
    });

    it('settles the others though more than it looks at at once are left on executors that it does not have', async () => {
      const { knex, id, other, missing, leftFor, status } = await setup();
      const [row] = await knex('build_executions').where({ build_id: id });
      const [build] = await knex('builds').where({ id });
      for (let index = 0; index < 120; index += 1) {
        const buildId = `${index}`.padStart(8, '0') + id.slice(8);
        await knex('builds').insert({
          ...build,
          id: buildId,
          number: build.number + 1 + index,
        });
        await knex('build_executions').insert({
          ...row,
          id: `${index}`.padStart(8, '0') + row.id.slice(8),
          build_id: buildId,
          external_name: `gone-${index}`,
          executor: 'gone',
        });
      }
      missing.add('gone');
      await leftFor(60_000);
      await other.keeper.recover();
      expect(await status()).toBe('queued');
    });

    it('cancels what can be cancelled, whatever else cannot be now, and tries that again', async () => {
      const { knex, holder, holding, logger } = await setup();
      const keeper = holder();
      const { execution: second } = await claimedBuild(knex, 'holder');
      running.at(-1)!.runner.run(second);
      const asked: string[] = [];
      const cancel = jest
        .spyOn(holding(), 'cancel')
        .mockImplementation(async ({ name }) => {
          asked.push(name);
          if (name !== second.name) throw new Error('The cluster is away.');
          return 'requested';
        });
      await knex('builds').update({
        cancel_requested_at: toColumn(Date.now()),
        cancel_requested_by: 'user:default/guest',
      });
      await keeper.keep();
      await keeper.keep();
      const first = asked.find(name => name !== second.name)!;
      expect(asked.sort()).toEqual([first, first, second.name].sort());
      expect(logger.warn).toHaveBeenCalledTimes(1);
      cancel.mockRestore();
    });

    it('clears nothing up while every lease is kept', async () => {
      const { other, holder, status } = await setup();
      const keeper = holder();
      await keeper.keep();
      await other.keeper.recover();
      expect(other.cleared).not.toHaveBeenCalled();
      expect(await status()).toBe('running');
    });

    it.each([HOUR_MS, -HOUR_MS])(
      'loses no lease where the clock of the database is set by %p ms',
      async offset => {
        const { knex, time, holder, other, leaseEnd, status } = await setup();
        const keeper = holder();
        await keeper.keep();
        await other.keeper.recover();
        await setDatabaseClock(knex, offset);
        time.steady += 10_000;
        // The other one looks first, while the lease is still of the old clock.
        await other.keeper.recover();
        expect(await status()).toBe('running');
        await keeper.keep();
        expect(await leaseEnd()).toBeGreaterThan(Date.now() + offset);
        expect(await leaseEnd()).toBeLessThan(Date.now() + offset + 60_000);
        time.steady += 40_000;
        await setDatabaseClock(knex, offset + 40_000);
        await keeper.keep();
        await other.keeper.recover();
        expect(await status()).toBe('running');
      },
    );

    it.each([HOUR_MS, -HOUR_MS])(
      'takes over what a process has left that died when the clock of the database was set by %p ms',
      async offset => {
        const { knex, time, other, status } = await setup();
        await other.keeper.recover();
        await setDatabaseClock(knex, offset);
        time.steady += 10_000;
        await other.keeper.recover();
        expect(await status()).toBe('running');
        time.steady += 40_000;
        await setDatabaseClock(knex, offset + 40_000);
        await other.keeper.recover();
        expect(await status()).toBe('queued');
      },
    );

    it('ends what it runs shortly before its lease is over where it cannot be renewed', async () => {
      const { knex, time, holder, holding } = await setup();
      const keeper = holder();
      const [run] = await holding().started(1);
      await keeper.keep();
      await knex.schema.renameTable('build_executions', 'away');
      time.steady += 24_000;
      await expect(keeper.keep()).rejects.toMatchObject(AWAY);
      expect(run.cancelled).toEqual([]);
      time.steady += 1_000;
      await expect(keeper.keep()).rejects.toMatchObject(AWAY);
      expect(run.cancelled).toEqual(['cancel']);
      await knex.schema.renameTable('away', 'build_executions');
    });

    it('settles what was left behind though one that was cannot be', async () => {
      const { knex, builds, other, id, status, recorder } = await setup();
      const second = await claimedBuild(knex, 'holder');
      await knex('build_executions').update({
        lease_expires_at: toColumn(Date.now() - 1000),
      });
      const finish = recorder.finish.bind(recorder);
      jest
        .spyOn(recorder, 'finish')
        .mockImplementation((fence, ...rest) =>
          fence.executionId === second.execution.executionId
            ? Promise.reject(new Error('a row that no rule foresaw'))
            : finish(fence, ...rest),
        );
      await other.keeper.recover();
      expect(await status()).toBe('queued');
      expect(await builds.get(second.build.id)).toMatchObject({
        status: 'running',
      });
      expect(id).not.toBe(second.build.id);
    });

    it('goes on with what it runs where its process was asleep for longer than a lease and nobody has taken it', async () => {
      const { time, holder, holding } = await setup();
      const keeper = holder();
      const [run] = await holding().started(1);
      await keeper.keep();
      time.steady += 60_000;
      await keeper.keep();
      expect(run.cancelled).toEqual([]);
    });

    it('renews in time whatever the clock of its own machine says', async () => {
      const { time, holder, leaseEnd } = await setup();
      const keeper = holder();
      await keeper.keep();
      const before = await leaseEnd();
      jest.useFakeTimers({
        now: Date.now() - HOUR_MS,
        doNotFake: [...EVERYTHING_BUT_DATE],
      });
      try {
        time.steady += 11_000;
        await keeper.keep();
      } finally {
        jest.useRealTimers();
      }
      expect(await leaseEnd()).toBeGreaterThan(before);
    });
  });
});
