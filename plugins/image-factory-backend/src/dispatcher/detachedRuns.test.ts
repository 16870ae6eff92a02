import { mockServices } from '@backstage/backend-test-utils';
import { ExecutionUpdate } from '@image-factory/backstage-plugin-image-factory-node';
import { EventEmitter, once } from 'node:events';
import {
  claimedBuild,
  createTestDatabases,
  migrated,
} from '../__testUtils__/databases';
import { DetachedRuns } from '../__testUtils__/DetachedRuns';
import { TemporaryBlobs } from '../__testUtils__/TemporaryBlobs';
import {
  BuildStore,
  ExecutionStore,
  LogStore,
  RecordStore,
  StepStore,
  toColumn,
} from '../database';
import { LogReader, SecretValues, compressChunk } from '../logs';
import { Recorder } from '../recorder';
import { ExecutionRunner } from './ExecutionRunner';
import { LeaseKeeper } from './LeaseKeeper';

jest.setTimeout(60_000);

const STEP = 'build-image';

function log(offset: number, text: string): ExecutionUpdate {
  return { type: 'log', step: STEP, offset, bytes: Buffer.from(text) };
}

describe('Runs that go on without the process that has started them', () => {
  const databases = createTestDatabases();
  const temporary = TemporaryBlobs.create();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    const replicas: { stop(): Promise<void> }[] = [];
    afterEach(async () => {
      await Promise.all(replicas.splice(0).map(replica => replica.stop()));
    });

    async function setup() {
      const knex = await migrated(databases, databaseId);
      const executions = ExecutionStore.create({ knex });
      const blobs = await temporary.store();
      const runs = new DetachedRuns();
      const { build, execution } = await claimedBuild(knex, 'first');
      const changes = new EventEmitter();
      const time = { steady: 0 };

      const replica = (owner: string) => {
        const logger = mockServices.logger.mock();
        const executor = runs.executor();
        const recorder = Recorder.create({
          records: RecordStore.create({ knex, compress: compressChunk }),
          executions,
          blobs,
          secrets: SecretValues.create({ logger }),
          logger,
        });
        const runner = ExecutionRunner.create({
          recorder,
          executor: () => executor,
          onChange: () => changes.emit('change'),
          onFinished: () => changes.emit('change'),
          steady: () => time.steady,
          logger,
        });
        const made = {
          executor,
          runner,
          logger,
          keeper: LeaseKeeper.create({
            owner,
            othersAreGone: false,
            executions,
            recorder,
            runner,
            clearUp: async () => undefined,
            onChange: () => changes.emit('change'),
            onRecovered: () => undefined,
            steady: () => performance.now(),
            logger,
          }),
          async stop() {
            await executor.stop();
            await runner.idle();
          },
        };
        replicas.push(made);
        return made;
      };

      const builds = BuildStore.create({ knex });
      const stored = async () => {
        const [step] = await StepStore.create({ knex }).list(
          build.id,
          execution.attempt,
        );
        if (!step) return '';
        const { text } = await LogReader.create({
          store: LogStore.create({ knex }),
        }).read({
          stepId: step.id,
          offset: 0,
          maxBytes: 10_000,
          finished: true,
        });
        return text;
      };
      return {
        knex,
        runs,
        execution,
        time,
        first: replica('first'),
        second: replica('second'),
        build: () => builds.get(build.id),
        stored,
        async until(holds: () => Promise<boolean>) {
          for (;;) {
            const change = once(changes, 'change');
            if (await holds()) return;
            await change;
          }
        },
        expire: () =>
          knex('build_executions').update({
            lease_expires_at: toColumn(Date.now() - 1000),
          }),
        status: async () => (await builds.get(build.id))?.status,
      };
    }

    type Setup = Awaited<ReturnType<typeof setup>>;

    async function halfWay({ runs, execution, first, until, stored }: Setup) {
      first.runner.run(execution);
      await until(async () => runs.runs.has(execution.name));
      runs.report(
        execution.name,
        { type: 'step', step: { name: STEP, ordinal: 0, status: 'running' } },
        log(0, 'one\n'),
      );
      await until(async () => (await stored()) === 'one\n');
    }

    function finish({ runs, execution }: Setup) {
      runs.report(
        execution.name,
        log(4, 'two\n'),
        { type: 'step', step: { name: STEP, ordinal: 0, status: 'completed' } },
        { type: 'outcome', outcome: { status: 'completed' } },
      );
    }

    it('are collected on by another replica from where the first was lost, in the same attempt', async () => {
      const world = await setup();
      const { runs, execution, second, expire, until, status, stored } = world;
      await halfWay(world);
      await expire();
      await second.keeper.recover();
      finish(world);
      await until(async () => (await status()) === 'completed');
      expect(await stored()).toBe('one\ntwo\n');
      expect(second.executor.collectedFrom).toEqual(['2']);
      expect(runs.runs.get(execution.name)).toMatchObject({
        starts: 1,
        cancelled: [],
      });
      expect(await world.build()).toMatchObject({ attempt: 1 });
      // Where it was found before, and not where it would be looked for now.
      const { name } = execution;
      expect(second.executor.started).toMatchObject([
        { resumed: true, run: { name, namespace: `of-${name}` } },
      ]);
    });

    it('are started by another replica where the first was lost before it had', async () => {
      const world = await setup();
      const { runs, execution, first, second, until, status } = world;
      const stopped = new DOMException('stopped', 'AbortError');
      jest.spyOn(first.executor, 'start').mockRejectedValue(stopped);
      first.runner.run(execution);
      await first.runner.idle();
      expect(first.logger.error).not.toHaveBeenCalled();
      await second.keeper.recover();
      await until(async () => runs.runs.has(execution.name));
      expect(second.executor.started).toMatchObject([
        { resumed: true, run: undefined },
      ]);
      runs.report(execution.name, {
        type: 'outcome',
        outcome: { status: 'completed' },
      });
      await until(async () => (await status()) === 'completed');
      expect(await world.build()).toMatchObject({ attempt: 1 });
    });

    it('are left as they are by whoever has lost their lease', async () => {
      const world = await setup();
      const { runs, execution, first, second, expire } = world;
      await halfWay(world);
      await expire();
      await second.keeper.recover();
      await first.runner.abandon(new Set([execution.executionId]));
      await first.runner.idle();
      expect(runs.runs.get(execution.name)!.cancelled).toEqual([]);
      finish(world);
      await world.until(async () => (await world.status()) === 'completed');
    });

    it('are taken up at once where a replica stops, and have not failed by that', async () => {
      const world = await setup();
      const { first, second, until, status, stored } = world;
      await halfWay(world);
      await first.stop();
      expect(first.logger.error).not.toHaveBeenCalled();
      expect(await status()).toBe('running');
      await second.keeper.recover();
      finish(world);
      await until(async () => (await status()) === 'completed');
      expect(await stored()).toBe('one\ntwo\n');
    });

    it('are taken up again by the same replica where collecting them went wrong', async () => {
      const world = await setup();
      const { runs, first, execution, until, status, stored } = world;
      first.executor.breakNext(new Error('the connection was cut'));
      first.runner.run(execution);
      await until(async () => runs.runs.has(execution.name));
      runs.report(
        execution.name,
        { type: 'step', step: { name: STEP, ordinal: 0, status: 'running' } },
        log(0, 'one\n'),
      );
      await first.runner.idle();
      expect(await status()).toBe('running');
      expect(first.logger.error).toHaveBeenCalledWith(
        expect.stringContaining(execution.name),
        expect.any(Error),
      );
      await first.keeper.recover();
      finish(world);
      await until(async () => (await status()) === 'completed');
      expect(await stored()).toBe('one\ntwo\n');
    });

    describe('that cannot be followed at all', () => {
      /** As each few seconds, for so long. */
      async function tryFor({ first, time }: Setup, milliseconds: number) {
        const until = time.steady + milliseconds;
        while (time.steady < until) {
          time.steady += 60_000;
          await first.keeper.recover();
          await first.runner.idle();
        }
      }

      async function unreachable() {
        const world = await setup();
        const { first, execution } = world;
        jest
          .spyOn(first.executor, 'start')
          .mockRejectedValue(new Error('There is no login'));
        first.runner.run(execution);
        await first.runner.idle();
        return world;
      }

      it('are waited for as long as they may take and a day, told of once, and are lost then', async () => {
        const world = await unreachable();
        const { first, execution, status } = world;
        const { timeoutSeconds } = execution.config;
        await tryFor(world, timeoutSeconds * 1000 + 24 * 3_600_000);
        expect(await status()).toBe('running');
        expect(first.logger.error).toHaveBeenCalledTimes(1);
        await tryFor(world, 60_000);
        expect(await status()).toBe('queued');
        expect(first.logger.error).toHaveBeenLastCalledWith(
          expect.stringContaining('given up as lost'),
          expect.objectContaining({ message: 'There is no login' }),
        );
      });

      it('are cancelled where somebody wants that, a minute after it began', async () => {
        const world = await unreachable();
        const { knex, status } = world;
        await knex('builds').update({
          cancel_requested_at: toColumn(Date.now()),
          cancel_requested_by: 'user:default/guest',
        });
        await tryFor(world, 60_000);
        expect(await status()).toBe('running');
        await tryFor(world, 60_000);
        expect(await status()).toBe('cancelled');
      });

      it('begin anew where they were followed in between', async () => {
        const world = await unreachable();
        const { time, first, status, execution } = world;
        await tryFor(world, 60_000);
        time.steady += execution.config.timeoutSeconds * 1000 + 24 * 3_600_000;
        await tryFor(world, 60_000);
        expect(await status()).toBe('running');
        expect(first.logger.error).toHaveBeenCalledTimes(2);
      });
    });

    it('are cancelled by whoever holds them when somebody wants that', async () => {
      const world = await setup();
      const { knex, runs, execution, second, expire, until, status } = world;
      await halfWay(world);
      await expire();
      await second.keeper.recover();
      await knex('builds').update({
        cancel_requested_at: toColumn(Date.now()),
        cancel_requested_by: 'user:default/guest',
      });
      await second.keeper.keep();
      await until(async () => (await status()) === 'cancelled');
      expect(runs.runs.get(execution.name)!.cancelled).toEqual(['cancel']);
    });
  });
});
