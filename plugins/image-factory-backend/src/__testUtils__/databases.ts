import { TestDatabases } from '@backstage/backend-test-utils';
import { BuildConfig } from '@image-factory/backstage-plugin-image-factory-node';
import { Knex } from 'knex';
import {
  BuildStore,
  NewBuild,
  QueueStore,
  migrationsDirectory,
} from '../database';

/** The databases that every store is tested on: SQLite, and PostgreSQL where the test run has one. */
export function createTestDatabases(): TestDatabases {
  return TestDatabases.create({
    ids: [
      'SQLITE_3',
      'POSTGRES_14',
      'POSTGRES_15',
      'POSTGRES_16',
      'POSTGRES_17',
      'POSTGRES_18',
    ],
  });
}

/** An empty database with the tables of the plugin. */
export async function migrated(
  databases: TestDatabases,
  id: Parameters<TestDatabases['init']>[0],
): Promise<Knex> {
  const knex = await databases.init(id);
  await knex.migrate.latest({ directory: migrationsDirectory() });
  return knex;
}

/** The config of a build of hello-site. */
export function someConfig(overrides: Partial<BuildConfig> = {}): BuildConfig {
  return {
    entityRef: 'component:default/hello-site',
    imageName: 'default',
    tenant: 'group:default/guests',
    method: 'docker',
    infrastructure: 'auto',
    source: { type: 'directory', root: 'examples', path: 'hello-site' },
    image: { reference: 'hello-site:{number}', tags: [], delivery: 'export' },
    parameters: { 'dockerfile-path': 'Dockerfile' },
    platforms: [],
    timeoutSeconds: 600,
    ...overrides,
  };
}

/** A build to store. */
export function someBuild(
  overrides: Partial<Omit<NewBuild, 'config'>> & {
    config?: Partial<BuildConfig>;
  } = {},
): NewBuild {
  const { config, ...rest } = overrides;
  return {
    sourceLocation: 'examples/hello-site',
    entityOwners: ['group:default/guests'],
    placementKey: 'key',
    createdBy: 'user:default/guest',
    maxAttempts: 3,
    status: 'queued',
    request: { entityRef: 'component:default/hello-site' },
    ...rest,
    config: someConfig(config),
  };
}

/** Stores a build and claims it for `owner`. */
export async function claimedBuild(knex: Knex, owner = 'me') {
  const build = await BuildStore.create({ knex }).create(someBuild());
  const claim = await QueueStore.create({ knex }).claim({
    owner,
    leaseMs: 30_000,
    perGroup: 5,
    decide: () => ({
      picks: [{ buildId: build.id, executor: 'local' }],
      waits: [],
    }),
  });
  if (claim.result !== 'claimed' || claim.executions.length !== 1) {
    throw new Error('The build was not claimed');
  }
  const [execution] = claim.executions;
  const fence = {
    executionId: execution.executionId,
    leaseToken: execution.leaseToken,
  };
  return { build, execution, fence };
}
