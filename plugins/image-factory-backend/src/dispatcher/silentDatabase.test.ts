import { TestDatabaseId, mockServices } from '@backstage/backend-test-utils';
import createKnex, { Knex } from 'knex';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import {
  claimedBuild,
  createTestDatabases,
  migrated,
} from '../__testUtils__/databases';
import { ScriptedExecutor } from '../__testUtils__/ScriptedExecutor';
import { StallingProxy } from '../__testUtils__/StallingProxy';
import { TemporaryBlobs } from '../__testUtils__/TemporaryBlobs';
import { BuildStore, ExecutionStore, RecordStore, toColumn } from '../database';
import { holdsLease } from '../database/fence';
import { transaction } from '../database/transaction';
import { SecretValues, compressChunk } from '../logs';
import { Recorder } from '../recorder';
import { ExecutionRunner } from './ExecutionRunner';
import { LeaseKeeper } from './LeaseKeeper';

jest.setTimeout(90_000);

const databases = createTestDatabases();
// SQLite has no network to be cut.
const servers = databases
  .eachSupportedId()
  .flatMap(([id]) => (id.startsWith('POSTGRES') ? [id] : []));
const describeServers =
  servers.length > 0
    ? describe.each(servers)
    : describe.skip.each<TestDatabaseId>(['POSTGRES_18']);

describeServers('a database that says nothing any more, on %s', databaseId => {
  const temporary = TemporaryBlobs.create();
  let knex: Knex;
  let proxy: StallingProxy;
  let cutOff: Knex;

  beforeEach(async () => {
    knex = await migrated(databases, databaseId);
    const { client, connection } = knex.client.config;
    proxy = await StallingProxy.start({
      host: connection.host,
      port: Number(connection.port),
    });
    cutOff = createKnex({
      client,
      connection: { ...connection, host: '127.0.0.1', port: proxy.port },
      pool: { min: 0, max: 5 },
    });
  });

  afterEach(async () => {
    if (!proxy.isStopped) await proxy.stop();
    await cutOff.destroy();
  });

  async function keeperOn(connection: Knex, owner: string) {
    const logger = mockServices.logger.mock();
    const executions = ExecutionStore.create({ knex: connection });
    const recorder = Recorder.create({
      records: RecordStore.create({ knex, compress: compressChunk }),
      executions: ExecutionStore.create({ knex }),
      blobs: await temporary.store(),
      secrets: SecretValues.create({ logger }),
      logger,
    });
    const executor = new ScriptedExecutor('local');
    const runner = ExecutionRunner.create({
      recorder,
      executor: () => executor,
      onChange: () => undefined,
      onFinished: () => undefined,
      steady: () => performance.now(),
      logger,
    });
    const time = { ahead: 0 };
    const keeper = LeaseKeeper.create({
      owner,
      othersAreGone: false,
      executions,
      recorder,
      runner,
      clearUp: async () => undefined,
      onChange: () => undefined,
      onRecovered: () => undefined,
      steady: () => performance.now() + time.ahead,
      logger,
    });
    return { keeper, runner, executor, time, logger };
  }

  it('is waited for no longer than a lease lasts: what runs is ended', async () => {
    const { execution } = await claimedBuild(knex, 'holder');
    const { keeper, runner, executor, time } = await keeperOn(cutOff, 'holder');
    runner.run(execution);
    const [run] = await executor.started(1);
    await keeper.keep();
    proxy.stall();
    await expect(keeper.keep()).rejects.toThrow('not answered within 5 s');
    expect(run.cancelled).toEqual([]);
    time.ahead += 25_000;
    await expect(keeper.keep()).rejects.toThrow('not answered within 5 s');
    expect(run.cancelled).toEqual(['cancel']);
    await runner.idle();
  });

  it('keeps no lock for long of a replica that was cut off within a transaction', async () => {
    const { build, fence } = await claimedBuild(knex, 'cut off');
    await knex('build_executions').update({
      lease_expires_at: toColumn(Date.now() - 1000),
    });
    const hanging = new AbortController();
    let isLocked = () => undefined as void;
    const locked = new Promise<void>(resolve => {
      isLocked = resolve;
    });
    const cutOffWrite = transaction(cutOff, async trx => {
      await holdsLease(trx, fence);
      isLocked();
      await once(hanging.signal, 'abort');
    });
    await locked;
    proxy.stall();
    const { keeper, logger } = await keeperOn(knex, 'other');
    const builds = BuildStore.create({ knex });
    await keeper.recover();
    expect(await builds.get(build.id)).toMatchObject({ status: 'running' });
    expect(logger.error).toHaveBeenCalledWith(
      expect.stringContaining('could not be settled'),
      expect.objectContaining({
        message: expect.stringContaining('lock timeout'),
      }),
    );
    // Ten seconds went by on the other's lock; five more end its session.
    while ((await builds.get(build.id))?.status === 'running') {
      await setTimeout(500);
      await keeper.recover();
    }
    expect(await builds.get(build.id)).toMatchObject({ status: 'queued' });
    await proxy.stop();
    hanging.abort();
    await expect(cutOffWrite).rejects.toThrow();
  });
});
