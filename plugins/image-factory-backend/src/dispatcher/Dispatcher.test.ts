import { mockServices } from '@backstage/backend-test-utils';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { Knex } from 'knex';
import { BlobStore } from '../blobs';
import { EventEmitter, once } from 'node:events';
import { setImmediate as immediate } from 'node:timers/promises';
import { ScriptedExecutor } from '../__testUtils__/ScriptedExecutor';
import { TemporaryBlobs } from '../__testUtils__/TemporaryBlobs';
import {
  createTestDatabases,
  migrated,
  someBuild,
} from '../__testUtils__/databases';
import {
  BuildMoveStore,
  BuildStore,
  ExecutionStore,
  QueueStore,
  RecordStore,
  toIso,
} from '../database';
import { SecretValues, compressChunk } from '../logs';
import { PlanLimits } from '../planner';
import { Recorder } from '../recorder';
import { Dispatcher } from './Dispatcher';
import { ExecutionRunner } from './ExecutionRunner';
import { ExecutorMonitor } from './ExecutorMonitor';
import { LeaseKeeper } from './LeaseKeeper';
import { WakeUp } from './WakeUp';

jest.setTimeout(60_000);

const LIMITS: PlanLimits = {
  maxRunning: 100,
  defaultTenant: { maxRunning: 10, weight: 1 },
  tenants: {},
  promoteAfterMs: 600_000,
  batch: 5,
};

type ReplicaOptions = {
  othersAreGone?: boolean;
  queue?: QueueStore;
  steady?: () => number;
};

/** A dispatcher as a process of its own would have one. */
function createReplica(
  knex: Knex,
  blobs: BlobStore,
  owner: string,
  options: ReplicaOptions = {},
) {
  const executor = new ScriptedExecutor('local');
  const executors = [executor];
  const logger = mockServices.logger.mock();
  const executions = ExecutionStore.create({ knex });
  const recorder = Recorder.create({
    records: RecordStore.create({ knex, compress: compressChunk }),
    executions,
    blobs,
    secrets: SecretValues.create({ logger }),
    logger,
  });
  const changes = new EventEmitter();
  const onChange = () => changes.emit('change');
  const wakeUp = WakeUp.create({ debounceMs: 10 });
  const runner = ExecutionRunner.create({
    recorder,
    executor: id => executors.find(each => each.id === id),
    onChange,
    onFinished: () => wakeUp.wake(),
    steady: () => performance.now(),
    logger,
  });
  const dispatcher = Dispatcher.create({
    owner,
    queue: options.queue ?? QueueStore.create({ knex }),
    limits: LIMITS,
    executors: () => executors,
    monitor: ExecutorMonitor.create({ executors: () => executors, logger }),
    runner,
    keeper: LeaseKeeper.create({
      owner,
      othersAreGone: options.othersAreGone ?? false,
      executions,
      recorder,
      runner,
      clearUp: async () => undefined,
      onChange,
      onRecovered: () => wakeUp.wake(),
      steady: options.steady ?? (() => performance.now()),
      logger,
    }),
    wakeUp,
    random: () => 0.5,
    logger,
  });
  const builds = BuildStore.create({ knex });
  return {
    builds,
    moves: BuildMoveStore.create({ knex }),
    dispatcher,
    executor,
    executors,
    executions,
    logger,
    async until(
      id: string,
      matches: (build: Build) => boolean,
    ): Promise<Build> {
      for (;;) {
        const change = once(changes, 'change');
        const build = await builds.get(id);
        if (build && matches(build)) return build;
        await change;
      }
    },
  };
}

describe('Dispatcher', () => {
  const databases = createTestDatabases();
  const temporary = TemporaryBlobs.create();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    const running: Dispatcher[] = [];
    afterEach(async () => {
      await Promise.all(running.splice(0).map(dispatcher => dispatcher.stop()));
    });

    async function setup(options: ReplicaOptions = {}) {
      const knex = await migrated(databases, databaseId);
      const blobs = await temporary.store();
      const replica = createReplica(knex, blobs, 'me', options);
      running.push(replica.dispatcher);
      return { knex, blobs, ...replica };
    }

    it('runs a build to its end', async () => {
      const { builds, dispatcher, executor, until } = await setup();
      dispatcher.start();
      const { id } = await builds.create(someBuild());
      dispatcher.wake();
      const [run] = await executor.started(1);
      expect(run.spec).toMatchObject({
        buildId: id,
        attempt: 1,
        name: `docker-${id.replaceAll('-', '')}-1`,
      });
      executor.report(
        run.spec.name,
        { type: 'phase', phase: 'running' },
        { type: 'outcome', outcome: { status: 'completed' } },
      );
      expect(
        await until(id, build => build.status !== 'running'),
      ).toMatchObject({
        status: 'completed',
        attempt: 1,
      });
    });

    it('goes on after a claim that was rejected', async () => {
      const knex = await migrated(databases, databaseId);
      const queue = QueueStore.create({ knex });
      const failing = jest
        .spyOn(queue, 'claim')
        .mockRejectedValueOnce(new Error('the database is away'));
      const blobs = await temporary.store();
      const replica = createReplica(knex, blobs, 'me', { queue });
      running.push(replica.dispatcher);
      await replica.builds.create(someBuild());
      replica.dispatcher.start();
      await replica.executor.started(1);
      expect(failing.mock.calls.length).toBeGreaterThan(1);
      expect(replica.logger.error).toHaveBeenCalledWith(
        'Trouble while claiming builds; trying again',
        expect.objectContaining({ message: 'the database is away' }),
      );
    });

    it('cancels a running build through its executor', async () => {
      const { builds, moves, dispatcher, executor, until } = await setup();
      const { id } = await builds.create(someBuild());
      dispatcher.start();
      const [run] = await executor.started(1);
      await moves.requestCancel(id, 'user:default/guest');
      expect(
        await until(id, build => build.status !== 'running'),
      ).toMatchObject({
        status: 'cancelled',
        cancelRequestedBy: 'user:default/guest',
      });
      expect(run.cancelled).toEqual(['cancel']);
    });

    it('gives what it runs back to the queue when it stops', async () => {
      const { builds, dispatcher, executor } = await setup();
      const { id } = await builds.create(someBuild());
      dispatcher.start();
      await executor.started(1);
      await dispatcher.stop();
      expect(executor.stopped).toBe(true);
      expect(await builds.get(id)).toMatchObject({
        status: 'queued',
        attempt: 1,
        maxAttempts: 4,
      });
    });

    it('claims nothing more while what runs may finish, keeps its lease and records how it ended', async () => {
      let ahead = 0;
      const { knex, builds, dispatcher, executor } = await setup({
        steady: () => performance.now() + ahead,
      });
      const { id } = await builds.create(someBuild());
      dispatcher.start();
      const [run] = await executor.started(1);
      const finish = executor.finishFirst();
      const stopped = dispatcher.stop();
      await finish.asked;
      const late = await builds.create(someBuild());
      dispatcher.wake();
      const leaseEnd = async () => {
        const row = await knex('build_executions').first();
        return Date.parse(toIso(row.lease_expires_at));
      };
      const claimed = await leaseEnd();
      while ((await leaseEnd()) <= claimed) {
        ahead += 10_000;
        await immediate();
      }
      executor.report(run.spec.name, {
        type: 'outcome',
        outcome: { status: 'completed' },
      });
      finish.now();
      await stopped;
      expect(await builds.get(id)).toMatchObject({
        status: 'completed',
        attempt: 1,
      });
      expect(await builds.get(late.id)).toMatchObject({
        status: 'queued',
        attempt: 0,
      });
    });

    it('cancels a build that it lets finish', async () => {
      const { builds, moves, dispatcher, executor, until } = await setup();
      const { id } = await builds.create(someBuild());
      dispatcher.start();
      const [run] = await executor.started(1);
      const finish = executor.finishFirst();
      const stopped = dispatcher.stop();
      await finish.asked;
      await moves.requestCancel(id, 'user:default/guest');
      await until(id, build => build.status !== 'running');
      finish.now();
      await stopped;
      expect(run.cancelled).toEqual(['cancel']);
      expect(await builds.get(id)).toMatchObject({ status: 'cancelled' });
    });

    it('takes over at once what a process that cannot live any more has left running', async () => {
      const { knex, builds, dispatcher, until } = await setup({
        othersAreGone: true,
      });
      const { id } = await builds.create(someBuild({ maxAttempts: 1 }));
      await QueueStore.create({ knex }).claim({
        owner: 'a process of yesterday',
        leaseMs: 30_000,
        perGroup: 1,
        decide: () => ({
          picks: [{ buildId: id, executor: 'local' }],
          waits: [],
        }),
      });
      dispatcher.start();
      expect(
        await until(id, build => build.status !== 'running'),
      ).toMatchObject({
        status: 'failed',
        failure: {
          class: 'infrastructure',
          message: 'The portal was stopped or lost while the build ran.',
        },
      });
    });

    it('says why builds wait when the executor is full, and starts them as places come free', async () => {
      const { knex, builds, dispatcher, executor, until } = await setup();
      executor.maxRunning = 1;
      const first = await builds.create(someBuild());
      const second = await builds.create(someBuild());
      dispatcher.start();
      const [run] = await executor.started(1);
      expect(run.spec.buildId).toBe(first.id);
      expect(
        await QueueStore.create({ knex }).waitReason(
          'group:default/guests',
          'key',
        ),
      ).toMatchObject({
        code: 'EXECUTOR_FULL',
        data: { executor: 'local', running: 1, limit: 1 },
      });
      executor.report(run.spec.name, {
        type: 'outcome',
        outcome: { status: 'completed' },
      });
      await until(second.id, build => build.status === 'running');
      expect(executor.runs.size).toBe(2);
    });

    it('lets an executor that fails hold up nobody but itself', async () => {
      const { builds, dispatcher, executor, executors } = await setup();
      const broken = new ScriptedExecutor('broken');
      broken.describe = async () => {
        throw new Error('connect ECONNREFUSED');
      };
      executors.unshift(broken);
      await builds.create(someBuild());
      dispatcher.start();
      await executor.started(1);
      expect(broken.runs.size).toBe(0);
    });

    it('gives a build to another executor where the one with more room has no place for it', async () => {
      const { builds, dispatcher, executor, executors } = await setup();
      const cluster = new ScriptedExecutor('cluster');
      cluster.maxRunning = 1_000;
      cluster.noPlaceFor = ({ tenant, method }) =>
        tenant === 'group:default/guests' && method === 'docker'
          ? { message: 'No namespace.', hint: 'Name one.' }
          : undefined;
      executors.unshift(cluster);
      await builds.create(someBuild());
      dispatcher.start();
      await executor.started(1);
      expect(cluster.runs.size).toBe(0);
    });

    it('loses a run whose executor throws, and tells the reason to the admin only', async () => {
      const { builds, dispatcher, executor, logger, until } = await setup();
      executor.start = async () => {
        throw new Error('no more processes');
      };
      const { id } = await builds.create(someBuild({ maxAttempts: 1 }));
      dispatcher.start();
      expect(
        (await until(id, build => build.status === 'failed')).failure,
      ).toMatchObject({
        class: 'infrastructure',
        message: expect.not.stringContaining('no more processes'),
      });
      expect(logger.error).toHaveBeenCalledWith(
        expect.stringContaining('failed'),
        expect.objectContaining({ message: 'no more processes' }),
      );
    });

    it('shares the queue among replicas: each build runs once, on either', async () => {
      const { knex, blobs, ...one } = await setup();
      const two = createReplica(knex, blobs, 'other');
      running.push(two.dispatcher);
      one.executor.maxRunning = 4;
      two.executor.maxRunning = 4;
      const builds = await Promise.all(
        Array.from({ length: 4 }, () => one.builds.create(someBuild())),
      );
      one.dispatcher.start();
      two.dispatcher.start();
      for (const build of builds) {
        await Promise.race([
          one.until(build.id, each => each.status === 'running'),
          two.until(build.id, each => each.status === 'running'),
        ]);
      }
      const names = [...one.executor.runs.keys(), ...two.executor.runs.keys()];
      expect(names.sort()).toEqual(
        builds.map(build => `docker-${build.id.replaceAll('-', '')}-1`).sort(),
      );
    });

    it('gives each replica the room of its own where runs are its children', async () => {
      const { knex, blobs, ...one } = await setup();
      const two = createReplica(knex, blobs, 'other');
      running.push(two.dispatcher);
      for (const { executor } of [one, two]) {
        executor.maxRunning = 1;
        executor.capacityScope = 'process';
      }
      await one.builds.create(someBuild());
      await one.builds.create(someBuild());
      one.dispatcher.start();
      two.dispatcher.start();
      await Promise.all([one.executor.started(1), two.executor.started(1)]);
      expect([one.executor.runs.size, two.executor.runs.size]).toEqual([1, 1]);
    });

    it('cancels a build that another replica runs', async () => {
      const { knex, blobs, ...one } = await setup();
      const { id } = await one.builds.create(someBuild());
      one.dispatcher.start();
      await one.executor.started(1);
      const two = createReplica(knex, blobs, 'other');
      await two.moves.requestCancel(id, 'user:default/guest');
      expect(
        await one.until(id, build => build.status !== 'running'),
      ).toMatchObject({ status: 'cancelled' });
    });

    it('takes over the builds of a replica that is taken for gone, and refuses what that still reports', async () => {
      const { knex, blobs, ...one } = await setup();
      const { id } = await one.builds.create(someBuild({ maxAttempts: 1 }));
      one.dispatcher.start();
      const [run] = await one.executor.started(1);
      // A lease that is over is tested on the store; here a renewal would be in the way.
      const two = createReplica(knex, blobs, 'other', { othersAreGone: true });
      running.push(two.dispatcher);
      two.dispatcher.start();
      expect(
        await two.until(id, build => build.status !== 'running'),
      ).toMatchObject({
        status: 'failed',
        failure: { class: 'infrastructure' },
      });
      one.executor.report(run.spec.name, {
        type: 'outcome',
        outcome: { status: 'completed' },
      });
      await one.dispatcher.stop();
      expect(await one.builds.get(id)).toMatchObject({ status: 'failed' });
    });
  });
});
