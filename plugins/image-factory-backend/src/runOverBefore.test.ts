import { mockServices } from '@backstage/backend-test-utils';
import { setTimeout as delay } from 'node:timers/promises';
import { ObjectGroups } from './clusters';
import {
  claimedBuild,
  createTestDatabases,
  migrated,
  someConfig,
} from './__testUtils__/databases';
import { TemporaryBlobs } from './__testUtils__/TemporaryBlobs';
import { BuildStore, ExecutionStore, RecordStore, StepStore } from './database';
import { SecretValues, compressChunk } from './logs';
import { dockerMethod } from './methods';
import { Recorder } from './recorder';
import { TektonRun } from './executors/tekton/TektonRun';
import {
  endedStep,
  pipelineRun,
  pod,
  succeeded,
  taskRun,
} from './executors/tekton/__testUtils__/runStates';

jest.setTimeout(60_000);

const RUN = 'docker-1';
const STEPS = ['clone-repo', 'build-image', 'push-image'];
/** Longer than a batch of the recorder waits for more. */
const CONCLUDES_FOR_MS = 500;

/** As a watch of one kind of objects has them. */
function listed<T extends { name: string }>(object: T) {
  const objects = new ObjectGroups<T>();
  objects.set(object.name, object, RUN);
  return {
    isSynced: true,
    problem: undefined,
    get: (name: string) => objects.get(name),
    inGroup: (group: string) => objects.inGroup(group),
    onGroupChange: (group: string, listener: () => void) =>
      objects.onChange(group, listener),
  };
}

/** A run that has ended well before anybody looks at it, as while the portal was away. */
function view() {
  const over = { succeeded: succeeded('True', 'Succeeded') };
  const steps = STEPS.map(name => endedStep(name, 0));
  return {
    pipelineRuns: listed(
      pipelineRun({
        ...over,
        taskRuns: [taskRun().name],
        results: [
          { name: 'IMAGE_URL', value: 'registry.example.com/hello' },
          { name: 'IMAGE_DIGEST', value: `sha256:${'1'.repeat(64)}` },
        ],
      }),
    ),
    taskRuns: listed(taskRun({ ...over, steps })),
    pods: listed(
      pod({
        phase: 'Succeeded',
        containers: STEPS.map(name => ({
          name: `step-${name}`,
          state: { terminated: { exitCode: 0 } },
        })),
      }),
    ),
  };
}

/** Of a cluster that has the logs still. */
const client = {
  get: async () => ({ metadata: { uid: pod().uid } }),
  stream: async () =>
    (async function* lines() {
      yield Buffer.from('2026-11-01T10:00:05.000000001Z hello\n');
    })(),
  delete: async () => undefined,
};

describe('TektonRun, of a run that is over before anybody has looked at it', () => {
  const databases = createTestDatabases();
  const temporary = TemporaryBlobs.create();

  it.each(databases.eachSupportedId())(
    'is recorded whole on %p: its steps, their logs and its outcome',
    async databaseId => {
      const knex = await migrated(databases, databaseId);
      const logger = mockServices.logger.mock();
      const executions = ExecutionStore.create({ knex });
      const recorder = Recorder.create({
        records: RecordStore.create({ knex, compress: compressChunk }),
        executions,
        blobs: await temporary.store(),
        secrets: SecretValues.create({ logger }),
        logger,
      });
      const { build, fence } = await claimedBuild(knex);
      const collected = new TektonRun({
        client: client as never,
        view: view() as never,
        events: { about: () => [], isSeen: true, problem: undefined },
        usage: { of: () => [] },
        settings: { pendingTimeoutSeconds: 600 } as never,
        run: { name: RUN, namespace: 'builds-a' },
        spec: {
          name: RUN,
          executionId: fence.executionId,
          buildId: build.id,
          attempt: 1,
          buildNumber: 1,
          requestedBy: 'user:default/guest',
          config: someConfig(),
        },
        method: dockerMethod,
        from: undefined,
        keepManifest: async () => undefined,
        markCollected: async () => undefined,
        conclude: async (_image, _step, log) => {
          await delay(CONCLUDES_FOR_MS);
          await log('The tag is set');
          return [];
        },
        collectReports: async () => ({ updates: [], scan: undefined }),
        endedBy: () => undefined,
        isCancelWanted: () => false,
        end: async () => undefined,
        now: () => new Date('2026-11-01T10:00:10Z'),
        steady: () => performance.now(),
        signal: new AbortController().signal,
      });

      expect(
        await recorder.record({
          fence,
          updates: collected.updates(),
          onRecorded: () => undefined,
        }),
      ).toMatchObject({ result: 'finished' });
      const steps = await StepStore.create({ knex }).list(build.id, 1);
      expect(
        steps.map(({ name, status, logBytes }) => [name, status, logBytes]),
      ).toEqual([
        ['clone-repo', 'completed', 6],
        ['build-image', 'completed', 6],
        ['push-image', 'completed', 6 + 'The tag is set\n'.length],
      ]);
      const builds = BuildStore.create({ knex });
      expect((await builds.get(build.id))?.status).toBe('completed');
    },
  );
});
