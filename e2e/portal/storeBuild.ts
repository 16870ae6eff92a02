import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { VulnerabilityList } from '@image-factory/backstage-plugin-image-factory-common';
import {
  ExecutionUpdate,
  Outcome,
} from '@image-factory/backstage-plugin-image-factory-node';
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
import {
  FilesystemBlobStore,
  vulnerabilityListKey,
} from '../../plugins/image-factory-backend/src/blobs';

const PIECE_BYTES = 64 * 1024;
const LEASE_MS = 600_000;
/** Who builds it: as every portal of tests has it. */
const OWNER = 'group:default/guests';

/** What was reported of an attempt of a build that has been. */
export type StoredRun = {
  steps: StoredStep[];
  /** Beside its steps and their logs. */
  further?: ExecutionUpdate[];
  /** What it ran on; the portal's machine unless told. */
  executor?: string;
  /** What the scan of its image has found. */
  vulnerabilities?: VulnerabilityList;
  /** How it ended; completed unless told. */
  outcome?: Outcome;
};

/** The latest attempt of a build, and those before it. */
export type StoredRuns = StoredRun & { before?: StoredRun[] };

/** A step of a build that has been, and all that it printed. */
export type StoredStep = { name: string; log: Buffer };

/**
 * Puts a build that has run into the data folder of a portal that is not
 * running, as its own recorder writes it: for logs that would take long to
 * print, or that no builder prints.
 *
 * @returns the id of the build
 */
export async function storeBuild(
  options: StoredRuns & { dataDirectory: string },
): Promise<string> {
  const { dataDirectory, ...run } = options;
  const folder = join(dataDirectory, 'database');
  mkdirSync(folder, { recursive: true });
  const knex = knexFactory({
    client: 'better-sqlite3',
    connection: join(folder, 'image-factory.sqlite'),
    useNullAsDefault: true,
  });
  try {
    return await storeBuildIn(knex, {
      ...run,
      blobDirectory: join(dataDirectory, 'image-factory', 'blobs'),
    });
  } finally {
    await knex.destroy();
  }
}

/** The same in a database that is open. */
export async function storeBuildIn(
  knex: Knex,
  options: StoredRuns & { blobDirectory: string },
): Promise<string> {
  const { before = [], blobDirectory, ...latest } = options;
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
  for (const run of [...before, latest]) {
    await storeRun(knex, { buildId: build.id, blobDirectory, run });
  }
  return build.id;
}

async function storeRun(
  knex: Knex,
  options: { buildId: string; blobDirectory: string; run: StoredRun },
): Promise<void> {
  const { buildId, blobDirectory, run } = options;
  const { executor = 'local', vulnerabilities } = run;
  const claim = await QueueStore.create({ knex }).claim({
    owner: 'stored',
    leaseMs: LEASE_MS,
    perGroup: 1,
    decide: () => ({
      picks: [{ buildId, executor }],
      waits: [],
    }),
  });
  if (claim.result !== 'claimed' || claim.executions.length !== 1) {
    throw new Error('The build to store was not claimed');
  }
  const { executionId, leaseToken } = claim.executions[0];
  const logger = silentLogger();
  const blobs = await FilesystemBlobStore.create({ directory: blobDirectory });
  if (vulnerabilities) {
    await blobs.put(
      vulnerabilityListKey({ buildId, executionId }),
      Readable.from([JSON.stringify(vulnerabilities)]),
    );
  }
  const recorder = Recorder.create({
    records: RecordStore.create({ knex, compress: compressChunk }),
    executions: ExecutionStore.create({ knex }),
    blobs,
    secrets: SecretValues.create({ logger }),
    logger,
  });
  const recorded = await recorder.record({
    fence: { executionId, leaseToken },
    updates: updatesOf(run),
    onRecorded: () => {},
  });
  if (recorded.result !== 'finished') {
    throw new Error(`The build was not stored: ${recorded.result}`);
  }
}

async function* updatesOf({
  steps,
  further = [],
  outcome = { status: 'completed' },
}: StoredRun): AsyncIterable<ExecutionUpdate> {
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
  yield* further;
  yield { type: 'outcome', outcome };
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
