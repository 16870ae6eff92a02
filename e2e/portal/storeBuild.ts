import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ExecutionUpdate } from '@image-factory/backstage-plugin-image-factory-node';
import knexFactory, { type Knex } from 'knex';
import {
  BuildStore,
  ExecutionStore,
  QueueStore,
  RecordStore,
  migrationsDirectory,
} from '../../plugins/image-factory-backend/src/database';
import {
  SecretValues,
  compressChunk,
} from '../../plugins/image-factory-backend/src/logs';
import { Recorder } from '../../plugins/image-factory-backend/src/recorder';
import { FilesystemBlobStore } from '../../plugins/image-factory-backend/src/blobs';

const PIECE_BYTES = 64 * 1024;
const LEASE_MS = 600_000;
/** Who builds it: as every portal of tests has it. */
const OWNER = 'group:default/guests';

/** A step of a build that has been, and all that it printed. */
export type StoredStep = { name: string; log: Buffer };

/**
 * Puts a build that has run into the data folder of a portal that is not
 * running, as its own recorder writes it: for logs that would take long to
 * print, or that no builder prints.
 *
 * @returns the id of the build
 */
export async function storeBuild(options: {
  dataDirectory: string;
  steps: StoredStep[];
}): Promise<string> {
  const folder = join(options.dataDirectory, 'database');
  mkdirSync(folder, { recursive: true });
  const knex = knexFactory({
    client: 'better-sqlite3',
    connection: join(folder, 'image-factory.sqlite'),
    useNullAsDefault: true,
  });
  try {
    return await storeBuildIn(knex, {
      steps: options.steps,
      blobDirectory: join(options.dataDirectory, 'image-factory', 'blobs'),
    });
  } finally {
    await knex.destroy();
  }
}

/** The same in a database that is open. */
export async function storeBuildIn(
  knex: Knex,
  options: { steps: StoredStep[]; blobDirectory: string },
): Promise<string> {
  await knex.migrate.latest({ directory: migrationsDirectory() });
  const build = await BuildStore.create({ knex }).create({
    sourceLocation: 'examples/hello-site',
    entityOwners: [OWNER],
    placementKey: 'key',
    createdBy: 'user:default/guest',
    maxAttempts: 3,
    status: 'queued',
    request: { entityRef: 'component:default/hello-site' },
    config: {
      entityRef: 'component:default/hello-site',
      imageName: 'default',
      tenant: OWNER,
      method: 'docker',
      infrastructure: 'auto',
      source: { type: 'directory', root: 'examples', path: 'hello-site' },
      image: { reference: 'hello-site:{number}', tags: [], delivery: 'export' },
      parameters: {},
      platforms: [],
      timeoutSeconds: 600,
    },
  });
  const claim = await QueueStore.create({ knex }).claim({
    owner: 'stored',
    leaseMs: LEASE_MS,
    perGroup: 1,
    decide: () => ({
      picks: [{ buildId: build.id, executor: 'local' }],
      waits: [],
    }),
  });
  if (claim.result !== 'claimed' || claim.executions.length !== 1) {
    throw new Error('The build to store was not claimed');
  }
  const { executionId, leaseToken } = claim.executions[0];
  const logger = silentLogger();
  const recorder = Recorder.create({
    records: RecordStore.create({ knex, compress: compressChunk }),
    executions: ExecutionStore.create({ knex }),
    blobs: await FilesystemBlobStore.create({
      directory: options.blobDirectory,
    }),
    secrets: SecretValues.create({ logger }),
    logger,
  });
  const recorded = await recorder.record({
    fence: { executionId, leaseToken },
    updates: updatesOf(options.steps),
    onRecorded: () => {},
  });
  if (recorded.result !== 'finished') {
    throw new Error(`The build was not stored: ${recorded.result}`);
  }
  return build.id;
}

async function* updatesOf(steps: StoredStep[]): AsyncIterable<ExecutionUpdate> {
  const at = new Date().toISOString();
  for (const [ordinal, { name, log }] of steps.entries()) {
    const step = { name, ordinal, startedAt: at };
    yield { type: 'step', step: { ...step, status: 'running' } };
    for (let offset = 0; offset < log.length; offset += PIECE_BYTES) {
      const bytes = log.subarray(offset, offset + PIECE_BYTES);
      yield { type: 'log', step: name, offset, bytes };
    }
    yield {
      type: 'step',
      step: { ...step, status: 'completed', finishedAt: at, exitCode: 0 },
    };
  }
  yield { type: 'outcome', outcome: { status: 'completed' } };
}

function silentLogger() {
  const nothing = () => {};
  const logger = {
    error: nothing,
    warn: nothing,
    info: nothing,
    debug: nothing,
    child: () => logger,
  };
  return logger;
}
