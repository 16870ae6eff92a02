import { mockServices } from '@backstage/backend-test-utils';
import { ExecutionUpdate } from '@image-factory/backstage-plugin-image-factory-node';
import fc from 'fast-check';
import { Knex } from 'knex';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  claimedBuild,
  createTestDatabases,
  migrated,
} from '../__testUtils__/databases';
import { FilesystemBlobStore } from '../blobs';
import {
  ArtifactStore,
  BuildStore,
  ClusterEventStore,
  ExecutionStore,
  LogStore,
  RecordStore,
  StepStore,
} from '../database';
import { LogReader, LogRedactor, SecretValues, compressChunk } from '../logs';
import { Recorder } from './Recorder';

jest.setTimeout(120_000);

const SECRET = 's3cr3t-pässword/+1';
/** What a tool may make of the secret. */
const FORMS = [
  SECRET,
  encodeURIComponent(SECRET),
  JSON.stringify(`${SECRET}"\n`),
  Buffer.from(SECRET).toString('base64'),
  Buffer.from(`user:${SECRET}`).toString('base64'),
  Buffer.from(`a:${SECRET}@`).toString('base64url'),
];
const RUNNING: ExecutionUpdate = {
  type: 'step',
  step: { name: 'build-image', ordinal: 0, status: 'running' },
};
const COMPLETED: ExecutionUpdate = {
  type: 'outcome',
  outcome: { status: 'completed' },
};

async function* from(
  updates: ExecutionUpdate[],
): AsyncIterable<ExecutionUpdate> {
  yield* updates;
}

function log(offset: number, bytes: Uint8Array): ExecutionUpdate {
  return { type: 'log', step: 'build-image', offset, bytes };
}

const logText = fc
  .array(
    fc.oneof(
      fc.constantFrom(...FORMS),
      fc.constantFrom('s3cr3t', 's3cr3t-', 'czNj', '\n', ' token='),
      fc.string({ unit: 'grapheme', maxLength: 10 }),
    ),
    { minLength: 1, maxLength: 12 },
  )
  .map(parts => Buffer.from(parts.join('')));

describe('Recorder, of secrets', () => {
  const databases = createTestDatabases();
  let directory: string;
  let knex: Knex;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'redaction-'));
  });

  afterAll(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    beforeAll(async () => {
      knex = await migrated(databases, databaseId);
    });

    async function createRecorder(secrets = secretValues()) {
      return Recorder.create({
        records: RecordStore.create({ knex, compress: compressChunk }),
        executions: ExecutionStore.create({ knex }),
        blobs: await FilesystemBlobStore.create({ directory }),
        secrets,
        logger: mockServices.logger.mock(),
      });
    }

    function secretValues(): SecretValues {
      const secrets = SecretValues.create({
        logger: mockServices.logger.mock(),
      });
      secrets.add(SECRET);
      return secrets;
    }

    async function stored(buildId: string): Promise<Buffer> {
      const [step] = await StepStore.create({ knex }).list(buildId, 1);
      const reader = LogReader.create({ store: LogStore.create({ knex }) });
      const parts: Buffer[] = [];
      const { signal } = new AbortController();
      for await (const part of reader.bytes(step.id, signal)) {
        parts.push(part);
      }
      expect(step.logBytes).toBe(Buffer.concat(parts).length);
      return Buffer.concat(parts);
    }

    /** The mask of a whole, which {@link LogRedactor} is tested for. */
    function masked(bytes: Buffer): Buffer {
      const whole = LogRedactor.create({ secrets: secretValues(), offset: 0 });
      const { bytes: first } = whole.push(bytes);
      return Buffer.concat([first, whole.flush().bytes]);
    }

    function expectNoSecret(bytes: Buffer): void {
      // JSON in quotes and base64 with what follows are forms of wholes; the secret's own part is looked for.
      for (const form of [
        SECRET,
        encodeURIComponent(SECRET),
        Buffer.from(SECRET).toString('base64').slice(0, -4),
        Buffer.from(`user:${SECRET}`).toString('base64').slice(8, -4),
      ]) {
        expect(bytes.includes(form)).toBe(false);
      }
    }

    it('stores the masked whole and no secret, whatever the log and however it is cut', async () => {
      const recorder = await createRecorder();
      await fc.assert(
        fc.asyncProperty(
          logText,
          fc.array(fc.nat(), { maxLength: 6 }),
          async (bytes, cuts) => {
            const places = [0, ...cuts.map(cut => cut % (bytes.length + 1))]
              .concat(bytes.length)
              .sort((one, other) => one - other);
            const updates = places
              .slice(1)
              .map((until, index) =>
                log(places[index], bytes.subarray(places[index], until)),
              );
            const { build, fence } = await claimedBuild(knex);
            await recorder.record({
              fence,
              onRecorded: () => undefined,
              updates: from([RUNNING, ...updates, COMPLETED]),
            });
            const kept = await stored(build.id);
            expect(kept.toString()).toBe(masked(bytes).toString());
            expect(kept.length).toBe(bytes.length);
            expectNoSecret(kept);
          },
        ),
        { numRuns: 25 },
      );
    });

    it('lets another process go on where the log is stored up to, in the middle of a secret too', async () => {
      await fc.assert(
        fc.asyncProperty(
          logText,
          fc.nat(),
          fc.boolean(),
          async (bytes, cut, fromStart) => {
            const until = cut % (bytes.length + 1);
            const { build, execution, fence } = await claimedBuild(knex);
            const first = await createRecorder();
            const left = await first.record({
              fence,
              onRecorded: () => undefined,
              // It breaks off here, as a process that is lost.
              updates: from([RUNNING, log(0, bytes.subarray(0, until))]),
            });
            expect(left).toEqual({ result: 'no-outcome' });
            const before = await stored(build.id);
            expectNoSecret(before);

            const executions = ExecutionStore.create({ knex });
            const behind = await executions.expired({
              owner: 'other',
              held: [],
              othersAreGone: true,
              leaseMs: 30_000,
            });
            const taken = await executions.takeOver(
              behind.find(each => each.buildId === build.id)!,
              { owner: 'other', leaseMs: 30_000 },
            );
            expect(taken).toBeDefined();
            const resumeAt = fromStart ? 0 : before.length;
            const second = await createRecorder();
            await second.record({
              fence: taken!,
              onRecorded: () => undefined,
              updates: from([
                log(resumeAt, bytes.subarray(resumeAt)),
                COMPLETED,
              ]),
            });
            expect((await stored(build.id)).toString()).toBe(
              masked(bytes).toString(),
            );
            expect(execution.buildId).toBe(build.id);
          },
        ),
        { numRuns: 25 },
      );
    });

    it('stores a cursor only once all before it is stored', async () => {
      const recorder = await createRecorder();
      const { fence } = await claimedBuild(knex);
      await recorder.record({
        fence,
        onRecorded: () => undefined,
        updates: from([
          RUNNING,
          log(0, Buffer.from('one\n')),
          { type: 'cursor', cursor: 'after one' },
          log(4, Buffer.from('s3cr3t')),
          { type: 'cursor', cursor: 'within a secret' },
        ]),
      });
      const row = () =>
        knex('build_executions').where({ id: fence.executionId }).first();
      expect(await row()).toMatchObject({ cursor: 'after one' });
    });

    it('shows what is held back when the step is over, and when the run is', async () => {
      const recorder = await createRecorder();
      const { build, fence } = await claimedBuild(knex);
      const shown: string[] = [];
      async function* updates(): AsyncIterable<ExecutionUpdate> {
        yield RUNNING;
        yield log(0, Buffer.from('said s3cr3'));
        yield {
          type: 'step',
          step: { name: 'build-image', ordinal: 0, status: 'failed' },
        };
        yield {
          type: 'step',
          step: { name: 'push-image', ordinal: 1, status: 'running' },
        };
        yield {
          type: 'log',
          step: 'push-image',
          offset: 0,
          bytes: Buffer.from('and s3'),
        };
        yield COMPLETED;
      }
      await recorder.record({
        fence,
        updates: updates(),
        onRecorded: change => shown.push(change),
      });
      expect((await stored(build.id)).toString()).toBe('said s3cr3');
      const [, push] = await StepStore.create({ knex }).list(build.id, 1);
      expect(push.logBytes).toBe(6);
    });

    it('keeps secrets, NULs and halves of characters out of every text of a run', async () => {
      const recorder = await createRecorder();
      const { build, fence } = await claimedBuild(knex);
      const dirty = (text: string) => `${text} ${SECRET}\0\ud800!`;
      const clean = (text: string) =>
        `${text} ${'*'.repeat(Buffer.from(SECRET).length)}\ufffd!`;
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
              reason: dirty('reason'),
              tool: dirty('tool'),
              image: dirty('image'),
              pod: dirty('pod'),
              node: dirty('node'),
            },
          },
          {
            type: 'artifact',
            artifact: {
              type: 'image',
              name: dirty('name'),
              reference: dirty('reference'),
            },
          },
          {
            type: 'outcome',
            outcome: {
              status: 'failed',
              failure: {
                class: 'user',
                message: dirty('message'),
                hint: dirty('hint'),
                file: dirty('file'),
                instruction: dirty('instruction'),
              },
            },
          },
        ]),
      });
      expect(await StepStore.create({ knex }).list(build.id, 1)).toMatchObject([
        {
          reason: clean('reason'),
          tool: clean('tool'),
          image: clean('image'),
          pod: clean('pod'),
          node: clean('node'),
        },
      ]);
      expect(await ArtifactStore.create({ knex }).list(build.id)).toMatchObject(
        [{ name: clean('name'), reference: clean('reference') }],
      );
      expect(
        (await BuildStore.create({ knex }).get(build.id))?.failure,
      ).toEqual({
        class: 'user',
        message: clean('message'),
        hint: clean('hint'),
        file: clean('file'),
        instruction: clean('instruction'),
      });
      const events = await knex('build_events').where({ build_id: build.id });
      const executions = await knex('build_executions').where({
        build_id: build.id,
      });
      const rows = JSON.stringify([events, executions]);
      expect(rows).toContain('message');
      expect(rows).not.toMatch(/s3cr3t|u0000|\\\\ud800/);
    });

    it('keeps a secret out of why a run is pending, and cuts what is longer than its column', async () => {
      const recorder = await createRecorder();
      const { build, fence } = await claimedBuild(knex);
      await recorder.record({
        fence,
        onRecorded: () => undefined,
        updates: from([
          {
            type: 'phase',
            phase: 'pending',
            reason: `R${'x'.repeat(5_000)}`,
            message: `cannot pull with ${SECRET}\0`,
          },
        ]),
      });
      const pending = await BuildStore.create({ knex }).get(build.id);
      expect(pending?.phaseReason).toHaveLength(200);
      expect(pending?.phaseMessage).toMatch(/^cannot pull with \*+$/);
    });

    it('keeps secrets out of what a cluster tells, and cuts what is longer than its column', async () => {
      const recorder = await createRecorder();
      const { build, fence } = await claimedBuild(knex);
      await recorder.record({
        fence,
        onRecorded: () => undefined,
        updates: from([
          { type: 'cluster-events', problem: `asked with ${SECRET}\0` },
          {
            type: 'cluster-event',
            event: {
              key: `k${'x'.repeat(5_000)}`,
              type: 'Warning',
              object: { kind: 'K'.repeat(5_000), name: 'n'.repeat(5_000) },
              reason: 'R'.repeat(5_000),
              message: `pull with ${SECRET}\0 ${'m'.repeat(100_000)}`,
              count: 1,
              firstSeenAt: '2026-11-01T10:00:00.000Z',
              lastSeenAt: '2026-11-01T10:00:00.000Z',
            },
          },
        ]),
      });
      const { items, problem } = await ClusterEventStore.create({ knex }).list(
        build.id,
        1,
      );
      expect(problem).toMatch(/^asked with \*+$/);
      expect(items[0].message).toMatch(/^pull with \*+ m+…$/);
      expect(items[0].message.length).toBeLessThanOrEqual(2_000);
      expect(items[0].key).toHaveLength(253);
      expect(items[0].object.kind).toHaveLength(63);
      expect(items[0].object.name).toHaveLength(253);
      expect(items[0].reason).toHaveLength(200);
    });

    it('keeps a secret out of the message of a run that is lost', async () => {
      const recorder = await createRecorder();
      const { build, fence } = await claimedBuild(knex);
      await recorder.finish(
        fence,
        { status: 'lost', message: `login with ${SECRET}\0 failed` },
        () => undefined,
      );
      const row = await knex('build_executions')
        .where({ id: fence.executionId })
        .first();
      expect(row.failure).toContain('login with *');
      expect(row.failure).not.toMatch(/s3cr3t|u0000/);
      expect(build.id).toBe(row.build_id);
    });

    it('cuts a text that is longer than what the database holds', async () => {
      const recorder = await createRecorder();
      const { build, fence } = await claimedBuild(knex);
      await recorder.record({
        fence,
        onRecorded: () => undefined,
        updates: from([
          {
            type: 'artifact',
            artifact: { type: 'image', name: 'n'.repeat(5_000) },
          },
          {
            type: 'step',
            step: {
              name: 'build-image',
              ordinal: 0,
              status: 'running',
              tool: 't'.repeat(5_000),
              image: 'i'.repeat(5_000),
              pod: 'p'.repeat(5_000),
              node: 'n'.repeat(5_000),
            },
          },
          {
            type: 'outcome',
            outcome: {
              status: 'failed',
              failure: { class: 'user', message: 'm'.repeat(1_000_000) },
            },
          },
        ]),
      });
      const { failure } = (await BuildStore.create({ knex }).get(build.id))!;
      expect(failure?.message).toHaveLength(10_000);
      expect(failure?.message.endsWith('m…')).toBe(true);
    });

    it('splits what an executor hands over at once, so that no chunk is large', async () => {
      const recorder = await createRecorder();
      const { build, fence } = await claimedBuild(knex);
      const huge = Buffer.alloc(10 * 1024 * 1024, 'x');
      await recorder.record({
        fence,
        onRecorded: () => undefined,
        updates: from([RUNNING, log(0, huge), COMPLETED]),
      });
      expect((await stored(build.id)).equals(huge)).toBe(true);
      const { longest } = (await knex('build_log_chunks')
        .max({ longest: 'byte_length' })
        .first())!;
      expect(longest).toBeLessThanOrEqual(1.25 * 1024 * 1024);
    });
  });
});
