import { mockServices } from '@backstage/backend-test-utils';
import { ExecutionUpdate } from '@image-factory/backstage-plugin-image-factory-node';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import {
  claimedBuild,
  createTestDatabases,
  migrated,
} from '../__testUtils__/databases';
import { EVERYTHING_BUT_DATE } from '../__testUtils__/fakeDate';
import { TemporaryBlobs } from '../__testUtils__/TemporaryBlobs';
import { runFolder } from '../blobs';
import {
  ArtifactStore,
  BuildStore,
  ClusterEventStore,
  ExecutionStore,
  LogStore,
  RecordStore,
  StepStore,
} from '../database';
import { LogReader, SecretValues, compressChunk } from '../logs';
import { Recorder } from './Recorder';

jest.setTimeout(120_000);

async function* from(
  updates: ExecutionUpdate[],
): AsyncIterable<ExecutionUpdate> {
  yield* updates;
}

function log(step: string, offset: number, text: string): ExecutionUpdate {
  return { type: 'log', step, offset, bytes: Buffer.from(text) };
}

const STEP: ExecutionUpdate = {
  type: 'step',
  step: { name: 'build-image', ordinal: 0, status: 'running' },
};
const COMPLETED: ExecutionUpdate = {
  type: 'outcome',
  outcome: { status: 'completed' },
};

describe('Recorder', () => {
  const databases = createTestDatabases();
  const temporary = TemporaryBlobs.create();

  afterEach(() => {
    jest.useRealTimers();
  });

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    async function setup() {
      const knex = await migrated(databases, databaseId);
      const executions = ExecutionStore.create({ knex });
      const blobs = await temporary.store();
      const recorder = Recorder.create({
        records: RecordStore.create({ knex, compress: compressChunk }),
        executions,
        blobs,
        secrets: SecretValues.create({ logger: mockServices.logger.mock() }),
        logger: mockServices.logger.mock(),
      });
      const steps = StepStore.create({ knex });
      const reader = LogReader.create({ store: LogStore.create({ knex }) });
      return {
        knex,
        executions,
        blobs,
        recorder,
        steps,
        reader,
        builds: BuildStore.create({ knex }),
        artifacts: ArtifactStore.create({ knex }),
        claim: () => claimedBuild(knex),
      };
    }

    it('writes steps, log, artifacts and the outcome of a run', async () => {
      const { recorder, claim, steps, reader, builds, artifacts } =
        await setup();
      const { build, fence } = await claim();
      const changes: string[] = [];
      const result = await recorder.record({
        fence,
        onRecorded: change => changes.push(change),
        updates: from([
          { type: 'phase', phase: 'running' },
          STEP,
          log('build-image', 0, 'STEP 1/2: FROM scratch\n'),
          log('build-image', 23, 'STEP 2/2: COPY a b\n'),
          {
            type: 'artifact',
            artifact: {
              type: 'image',
              name: 'hello-site:1',
              digest: 'sha256:abc',
              sizeBytes: 5_000_000_000,
            },
          },
          {
            type: 'step',
            step: {
              name: 'build-image',
              ordinal: 0,
              status: 'completed',
              exitCode: 0,
            },
          },
          COMPLETED,
        ]),
      });
      expect(result).toEqual({
        result: 'finished',
        outcome: { status: 'completed' },
      });
      expect(changes).toContain('build');
      expect(await builds.get(build.id)).toMatchObject({
        status: 'completed',
        digest: 'sha256:abc',
        sizeBytes: 5_000_000_000,
      });
      const [step] = await steps.list(build.id, 1);
      expect(step).toMatchObject({
        status: 'completed',
        exitCode: 0,
        logBytes: 42,
        logLines: 2,
      });
      expect(
        await reader.read({
          stepId: step.id,
          offset: 23,
          maxBytes: 1000,
          finished: true,
        }),
      ).toEqual({
        offset: 23,
        nextOffset: 42,
        firstLine: 2,
        times: [{ line: 2, at: expect.stringMatching(/^\d{4}-.*Z$/) }],
        text: 'STEP 2/2: COPY a b\n',
      });
      expect(await artifacts.list(build.id)).toMatchObject([
        { type: 'image', digest: 'sha256:abc', downloadable: false },
      ]);
    });

    it('tells why a run is pending until it is not, and keeps nothing of that once it is over', async () => {
      const { recorder, claim, builds } = await setup();
      const { build, fence } = await claim();
      const pending = (message: string): ExecutionUpdate => ({
        type: 'phase',
        phase: 'pending',
        reason: 'Unschedulable',
        message,
      });
      const seen: unknown[] = [];
      async function* updates(): AsyncIterable<ExecutionUpdate> {
        yield pending('0/2 nodes are available.');
        yield pending('0/3 nodes are available.');
        yield { type: 'cursor', cursor: 'a' };
      }
      const look = async () => {
        const { phase, phaseReason, phaseMessage } = (await builds.get(
          build.id,
        ))!;
        seen.push([phase, phaseReason, phaseMessage]);
      };
      const record = (more: AsyncIterable<ExecutionUpdate>) =>
        recorder.record({ fence, onRecorded: () => undefined, updates: more });
      await look();
      await record(updates());
      await look();
      await record(from([{ type: 'phase', phase: 'running' }]));
      await look();
      await record(from([pending('Evicted.'), COMPLETED]));
      await look();
      expect(seen).toEqual([
        ['dispatching', undefined, undefined],
        ['pending', 'Unschedulable', '0/3 nodes are available.'],
        ['running', undefined, undefined],
        [undefined, undefined, undefined],
      ]);
    });

    it('keeps in the history what a run was held up by, each reason once an attempt, in order', async () => {
      const { recorder, claim, builds } = await setup();
      const { build, fence } = await claim();
      // Each in a batch of its own, as they come over minutes.
      for (const [reason, message] of [
        ['Unschedulable', '0/2 nodes are available.'],
        ['ErrImagePull', 'not found'],
        ['ImagePullBackOff', 'back-off 10s'],
        ['ErrImagePull', 'not found, once more'],
        ['ImagePullBackOff', 'back-off 20s'],
        [undefined, undefined],
      ]) {
        await recorder.record({
          fence,
          onRecorded: () => undefined,
          updates: from([
            { type: 'phase', phase: 'pending', reason, message },
            { type: 'cursor', cursor: 'a' },
          ]),
        });
      }
      await recorder.record({
        fence,
        onRecorded: () => undefined,
        updates: from([{ type: 'phase', phase: 'running' }, COMPLETED]),
      });
      const events = await builds.events(build.id);
      expect(events.map(({ sequence }) => sequence)).toEqual([
        1, 2, 3, 4, 5, 6,
      ]);
      expect(
        events
          .filter(({ type }) => type === 'held-up')
          .map(({ actor, data }) => ({ actor, ...data })),
      ).toEqual([
        {
          actor: 'system',
          attempt: 1,
          reason: 'Unschedulable',
          message: '0/2 nodes are available.',
        },
        expect.objectContaining({
          reason: 'ErrImagePull',
          message: 'not found',
        }),
        expect.objectContaining({ reason: 'ImagePullBackOff' }),
      ]);
    });

    it('keeps of a run that makes up new reasons no more than a page of them', async () => {
      const { recorder, claim, builds } = await setup();
      const { build, fence } = await claim();
      for (let number = 1; number <= 30; number += 1) {
        await recorder.record({
          fence,
          onRecorded: () => undefined,
          updates: from([
            { type: 'phase', phase: 'pending', reason: `Reason${number}` },
          ]),
        });
      }
      const events = await builds.events(build.id);
      expect(events.filter(({ type }) => type === 'held-up')).toHaveLength(20);
    });

    it('keeps of each step where it runs and in which image', async () => {
      const { recorder, claim, executions, steps } = await setup();
      const { build, fence } = await claim();
      const step = { name: 'build-image', ordinal: 0 };
      const place = {
        image: 'registry.example.com/buildah@sha256:abc',
        namespace: 'builds-a',
        pod: 'docker-1-pod',
        node: 'worker-1',
        task: 'index',
        runAfter: ['build-amd64', 'build-arm64'],
      };
      await recorder.record({
        fence,
        onRecorded: () => undefined,
        updates: from([
          { type: 'step', step: { ...step, status: 'pending' } },
          { type: 'cursor', cursor: 'a' },
          { type: 'step', step: { ...step, ...place, status: 'completed' } },
          COMPLETED,
        ]),
      });
      expect(await steps.list(build.id, 1)).toMatchObject([place]);
      expect(await executions.list(build.id)).toMatchObject([
        { name: expect.stringMatching(/^docker-/), namespace: 'builds-a' },
      ]);
    });

    it('keeps what the cluster tells of a run, and says so to whoever looks at the build', async () => {
      const { recorder, claim, knex } = await setup();
      const { build, fence } = await claim();
      const event = {
        key: 'event-1',
        type: 'Warning' as const,
        object: { kind: 'Pod', name: 'docker-1-pod' },
        reason: 'Failed',
        message: 'not found',
        count: 1,
        firstSeenAt: '2026-11-01T10:00:00.000Z',
        lastSeenAt: '2026-11-01T10:00:00.000Z',
      };
      const changes: string[] = [];
      await recorder.record({
        fence,
        onRecorded: change => changes.push(change),
        updates: from([
          { type: 'cluster-events', problem: 'not seen' },
          { type: 'cluster-event', event },
          { type: 'cluster-event', event: { ...event, count: 5 } },
          { type: 'cluster-events' },
        ]),
      });
      expect(changes).toEqual(['build']);
      expect(
        await ClusterEventStore.create({ knex }).list(build.id, 1),
      ).toEqual({
        items: [{ ...event, count: 5 }],
        truncated: false,
        problem: undefined,
      });
    });

    it('tells of events that come beside bytes of a log as of more than a log', async () => {
      const { recorder, claim } = await setup();
      const { fence } = await claim();
      const changes: string[] = [];
      async function* updates(): AsyncIterable<ExecutionUpdate> {
        yield STEP;
        yield { type: 'cursor', cursor: 'a' };
        // Once the batch before is written.
        while (changes.length === 0) await new Promise(setImmediate);
        yield log('build-image', 0, 'one\n');
        yield { type: 'cluster-events' };
      }
      await recorder.record({
        fence,
        onRecorded: change => changes.push(change),
        updates: updates(),
      });
      expect(changes).toEqual(['build', 'build']);
    });

    it('keeps an artifact that is told again once, as it was told last', async () => {
      const { recorder, claim, artifacts, builds } = await setup();
      const { build, fence } = await claim();
      const artifact = {
        type: 'pipeline-run',
        name: 'docker-1',
        mediaType: 'application/yaml',
      } as const;
      const told = (blobKey: string, sizeBytes: number): ExecutionUpdate => ({
        type: 'artifact',
        artifact: { ...artifact, blobKey, sizeBytes },
      });
      const record = (updates: ExecutionUpdate[]) =>
        recorder.record({
          fence,
          onRecorded: () => undefined,
          updates: from(updates),
        });
      await record([told('at-start.yaml', 100)]);
      const [first] = await artifacts.list(build.id);
      await record([told('at-end.yaml', 250), COMPLETED]);
      expect(await artifacts.list(build.id)).toEqual([
        {
          ...artifact,
          id: first.id,
          blobKey: 'at-end.yaml',
          sizeBytes: 250,
          downloadable: true,
        },
      ]);
      const stored = await builds.get(build.id);
      expect(stored?.digest).toBeUndefined();
      expect(stored?.sizeBytes).toBeUndefined();
    });

    it('keeps each byte of a log once, in order, whatever a collector repeats and however it cuts', async () => {
      const { knex, recorder, claim, steps, reader } = await setup();
      await fc.assert(
        fc.asyncProperty(
          fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }),
          fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 8 }),
          async (text, cuts) => {
            const bytes = Buffer.from(text, 'utf8');
            const updates: ExecutionUpdate[] = [STEP];
            let end = 0;
            for (const [back, forth] of [...cuts, [0, bytes.length] as const]) {
              const offset = end - (back % (end + 1));
              const until = Math.min(
                bytes.length,
                offset + (forth % (bytes.length + 1)),
              );
              updates.push({
                type: 'log',
                step: 'build-image',
                offset,
                bytes: bytes.subarray(offset, until),
              });
              end = Math.max(end, until);
            }
            updates.push({
              type: 'log',
              step: 'build-image',
              offset: end,
              bytes: bytes.subarray(end),
            });
            const { build, fence } = await claim();
            await recorder.record({
              fence,
              onRecorded: () => undefined,
              updates: from([...updates, COMPLETED]),
            });
            const [step] = await steps.list(build.id, 1);
            const read = await reader.read({
              stepId: step.id,
              offset: 0,
              maxBytes: 1_000_000,
              finished: true,
            });
            expect(read.text).toBe(bytes.toString('utf8'));
            expect(step.logBytes).toBe(bytes.length);
            expect(step.logLines).toBe(text.split('\n').length - 1);
          },
        ),
        { numRuns: 20 },
      );
      await knex.destroy();
    });

    it('reads a long log in ranges without losing a byte or a character', async () => {
      const { recorder, claim, steps, reader } = await setup();
      const { build, fence } = await claim();
      const text = 'täglich grüßt das Murmeltier 🐿\n'.repeat(40_000);
      const bytes = Buffer.from(text);
      const updates: ExecutionUpdate[] = [STEP];
      for (let at = 0; at < bytes.length; at += 10_007) {
        updates.push({
          type: 'log',
          step: 'build-image',
          offset: at,
          bytes: bytes.subarray(at, at + 10_007),
        });
      }
      await recorder.record({
        fence,
        onRecorded: () => undefined,
        updates: from([...updates, COMPLETED]),
      });
      const [step] = await steps.list(build.id, 1);
      let read = '';
      for (let offset = 0; offset < bytes.length; ) {
        const range = await reader.read({
          stepId: step.id,
          offset,
          maxBytes: 65_537,
          finished: true,
        });
        expect(range.firstLine).toBe(read.split('\n').length);
        expect(range.nextOffset).toBeGreaterThan(offset);
        read += range.text;
        offset = range.nextOffset;
      }
      expect(read).toBe(text);
      const whole: Buffer[] = [];
      for await (const part of reader.bytes(
        step.id,
        new AbortController().signal,
      )) {
        whole.push(part);
      }
      expect(Buffer.concat(whole).equals(bytes)).toBe(true);
    });

    it.each([true, false])(
      'asks for more behind the outcome once that is stored, and not where it cannot be: %p',
      async isHeld => {
        const { recorder, claim, builds, knex } = await setup();
        const { build, fence } = await claim();
        if (!isHeld) await knex('build_executions').update({ lease_token: 9 });
        let seen: string | undefined;
        let end: () => void = () => undefined;
        const ended = new Promise<void>(resolve => {
          end = resolve;
        });
        async function* updates(): AsyncIterable<ExecutionUpdate> {
          try {
            yield COMPLETED;
            seen = (await builds.get(build.id))?.status;
          } finally {
            end();
          }
        }
        await recorder.record({
          fence,
          onRecorded: () => undefined,
          updates: updates(),
        });
        await ended;
        expect(seen).toBe(isHeld ? 'completed' : undefined);
      },
    );

    it('stops at once where another holds the execution, and writes nothing', async () => {
      const { recorder, claim, executions, steps, builds } = await setup();
      const { build, fence } = await claim();
      const [held] = await executions.expired({
        owner: 'other',
        held: [],
        othersAreGone: true,
        leaseMs: 30_000,
      });
      await executions.takeOver(held, { owner: 'other', leaseMs: 30_000 });
      let asked = 0;
      async function* endless(): AsyncIterable<ExecutionUpdate> {
        for (;;) {
          asked += 1;
          yield asked === 1
            ? STEP
            : log('build-image', (asked - 2) * 600_000, 'x'.repeat(600_000));
        }
      }
      expect(
        await recorder.record({
          fence,
          updates: endless(),
          onRecorded: () => undefined,
        }),
      ).toEqual({ result: 'refused' });
      expect(asked).toBeLessThan(5);
      expect(await steps.list(build.id, 1)).toEqual([]);
      expect(await builds.get(build.id)).toMatchObject({ status: 'running' });
    });

    it('keeps a step whose reason has a NUL in it', async () => {
      const { recorder, claim, steps } = await setup();
      const { build, fence } = await claim();
      await recorder.record({
        fence,
        onRecorded: () => undefined,
        updates: from([
          {
            type: 'step',
            step: {
              name: 'build-image',
              ordinal: 0,
              status: 'failed',
              reason: 'bad\0x',
            },
          },
          {
            type: 'outcome',
            outcome: {
              status: 'failed',
              failure: { class: 'user', message: 'bad\0x' },
            },
          },
        ]),
      });
      expect(await steps.list(build.id, 1)).toMatchObject([
        { status: 'failed', reason: 'badx' },
      ]);
    });

    it('gives up at once what the database refuses, rather than trying again', async () => {
      const { recorder, claim } = await setup();
      const { fence } = await claim();
      await expect(
        recorder.record({
          fence,
          onRecorded: () => undefined,
          updates: from([log('unknown-step', 0, 'x'), COMPLETED]),
        }),
      ).rejects.toThrow(/unknown step/);
    });

    it('tells when a run ends without an outcome', async () => {
      const { recorder, claim } = await setup();
      const { fence } = await claim();
      expect(
        await recorder.record({
          fence,
          updates: from([STEP]),
          onRecorded: () => undefined,
        }),
      ).toEqual({ result: 'no-outcome' });
    });

    it.each([
      ['without waiting for more', 0],
      ['also where the clock of the machine is set back meanwhile', -3_600_000],
    ])('shows what a silent run has said, %s', async (_, offset) => {
      const { recorder, claim, steps } = await setup();
      const { build, fence } = await claim();
      let release = () => undefined as void;
      async function* silent(): AsyncIterable<ExecutionUpdate> {
        yield STEP;
        jest.useFakeTimers({
          now: Date.now() + offset,
          doNotFake: [...EVERYTHING_BUT_DATE],
        });
        yield log('build-image', 0, 'waiting for the network');
        await new Promise<void>(resolve => {
          release = resolve;
        });
        yield COMPLETED;
      }
      const shown = new Promise<void>(resolve => {
        void recorder
          .record({ fence, updates: silent(), onRecorded: () => resolve() })
          .catch(() => undefined);
      });
      await shown;
      expect(await steps.list(build.id, 1)).toMatchObject([{ logBytes: 23 }]);
      release();
    });

    it('keeps nothing of what a lost run has produced: neither rows nor bytes', async () => {
      const { recorder, blobs, claim, artifacts, builds, knex } = await setup();
      const { build, execution, fence } = await claim();
      const blobKey = `artifacts/${build.id}/${execution.executionId}/image.tar`;
      await blobs.put(blobKey, Readable.from(['bytes']));
      await recorder.record({
        fence,
        onRecorded: () => undefined,
        updates: from([
          {
            type: 'artifact',
            artifact: { type: 'image-archive', name: 'image.tar', blobKey },
          },
          { type: 'outcome', outcome: { status: 'lost', message: 'Gone.' } },
        ]),
      });
      expect(await builds.get(build.id)).toMatchObject({ status: 'queued' });
      expect(await artifacts.list(build.id)).toEqual([]);
      expect(await knex('artifacts')).toEqual([]);
      expect(await blobs.open(blobKey)).toBeUndefined();
    });

    it('keeps of a lost run what the cluster had of it, which can be asked for once there is another attempt', async () => {
      const { recorder, blobs, claim, artifacts } = await setup();
      const { build, execution, fence } = await claim();
      const folder = runFolder(execution);
      const blobKey = `${folder}/pipeline-run.yaml`;
      await blobs.put(blobKey, Readable.from(['kind: PipelineRun']));
      await recorder.record({
        fence,
        onRecorded: () => undefined,
        updates: from([
          {
            type: 'artifact',
            artifact: { type: 'pipeline-run', name: 'docker-1', blobKey },
          },
          {
            type: 'artifact',
            artifact: { type: 'sbom', name: 'sbom.json' },
          },
          { type: 'outcome', outcome: { status: 'lost', message: 'Gone.' } },
        ]),
      });
      const kept = await artifacts.list(build.id, 1);
      expect(kept).toMatchObject([{ type: 'pipeline-run', blobKey }]);
      expect(await artifacts.find(build.id, kept[0].id)).toEqual(kept[0]);
      expect(await artifacts.find(build.id, 'none')).toBeUndefined();
      const blob = await blobs.open(blobKey);
      expect(await textOf(blob!.stream)).toBe('kind: PipelineRun');
      expect(await artifacts.list(build.id, 2)).toEqual([]);
    });

    it('removes what was stored after its execution was settled as lost, and nothing of one that another goes on with', async () => {
      const { recorder, blobs, claim, executions } = await setup();
      const { build, execution, fence } = await claim();
      const blobKey = `artifacts/${build.id}/${execution.executionId}/image.tar`;
      const old = { ...fence, leaseToken: fence.leaseToken - 1 };
      await blobs.put(blobKey, Readable.from(['bytes']));
      await recorder.discardIfLost(old);
      await recorder.finish(
        old,
        { status: 'lost', message: 'Gone.' },
        () => undefined,
      );
      const kept = await blobs.open(blobKey);
      expect(kept).toBeDefined();
      kept?.stream.destroy();

      await executions.finish(fence, { status: 'lost', message: 'Gone.' });
      await recorder.discardIfLost(old);
      expect(await blobs.open(blobKey)).toBeUndefined();
    });
  });
});
