import { LoggerService } from '@backstage/backend-plugin-api';
import {
  ExecutionUpdate,
  Outcome,
  RunReference,
} from '@image-factory/backstage-plugin-image-factory-node';
import { setTimeout as delay } from 'node:timers/promises';
import { BlobStore, executionFolder } from '../blobs';
import {
  ExecutionStore,
  Fence,
  FencedResult,
  RecordBatch,
  RecordStore,
  isPassing,
} from '../database';
import { SecretValues } from '../logs';
import { BatchBuilder } from './BatchBuilder';
import { UpdateRedactor } from './UpdateRedactor';

/** What came of recording a run. */
export type RecordResult =
  | { result: 'finished'; outcome: Outcome }
  /** Another holds the execution now: stop at once and touch nothing more. */
  | { result: 'refused' }
  /** The updates ended without an outcome. */
  | { result: 'no-outcome' };

/** Tells that something of a build has changed. */
export type OnRecorded = (change: 'build' | 'log') => void;

/** A reader sees a change after at most this long; a chunk of a log holds what came meanwhile. */
const FLUSH_AFTER_MS = 200;
/** A step that prints fast costs a transaction a mebibyte; SQLite takes some 10 ms for each, and nothing else goes on meanwhile. */
const FLUSH_AT_BYTES = 1024 * 1024;
/** A database that is away for longer than a lease has lost us the execution anyhow. */
const WRITE_TRIES = 12;
const WRITE_BACKOFF_MS = 250;
const LONGEST_WRITE_BACKOFF_MS = 5_000;
/** A connection that is cut silently never answers; by then the lease is over. */
const WRITTEN_WITHIN_MS = 60_000;

/** The one writer of what executions report: nothing is stored but through it, so that no secret is. */
export class Recorder {
  readonly #records: RecordStore;
  readonly #executions: ExecutionStore;
  readonly #blobs: BlobStore;
  readonly #secrets: SecretValues;
  readonly #logger: LoggerService;

  static create(options: {
    records: RecordStore;
    executions: ExecutionStore;
    blobs: BlobStore;
    /** What must not be stored. */
    secrets: SecretValues;
    logger: LoggerService;
  }): Recorder {
    return new Recorder(options);
  }

  private constructor(options: Parameters<typeof Recorder.create>[0]) {
    this.#records = options.records;
    this.#executions = options.executions;
    this.#blobs = options.blobs;
    this.#secrets = options.secrets;
    this.#logger = options.logger;
  }

  /** Keeps where a run is that goes on without us, so that whoever takes it over finds it there. */
  async keepRun(fence: Fence, run: RunReference): Promise<FencedResult> {
    return this.#persist(() => this.#executions.keepRun(fence, run));
  }

  /** Writes updates in order, in batches, under the token, until the outcome. */
  async record(options: {
    fence: Fence;
    updates: AsyncIterable<ExecutionUpdate>;
    onRecorded: OnRecorded;
  }): Promise<RecordResult> {
    const { fence, updates, onRecorded } = options;
    const batch = new BatchBuilder();
    const redactor = UpdateRedactor.create({ secrets: this.#secrets });
    const flush = () => this.#flush(fence, batch.take(), onRecorded);
    const iterator = updates[Symbol.asyncIterator]();
    let flushAt = 0;
    let isStored = false;
    let next = iterator.next();
    try {
      for (;;) {
        const arrived = batch.empty
          ? await next
          : await firstOf(next, flushAt - performance.now());
        if (arrived === 'timeout') {
          if ((await flush()) === 'refused') return { result: 'refused' };
          continue;
        }
        for (const update of toStore(arrived, redactor)) {
          if (batch.empty) flushAt = performance.now() + FLUSH_AFTER_MS;
          batch.add(update);
          // Updates that come one upon the other give no timer a turn.
          if (
            batch.logBytes >= FLUSH_AT_BYTES ||
            performance.now() >= flushAt
          ) {
            if ((await flush()) === 'refused') return { result: 'refused' };
          }
        }
        const over = arrived.done || arrived.value.type === 'outcome';
        if (over && !batch.empty) {
          if ((await flush()) === 'refused') return { result: 'refused' };
        }
        if (arrived.done) {
          return { result: 'no-outcome' };
        }
        if (arrived.value.type === 'outcome') {
          const finished = await this.finish(
            fence,
            arrived.value.outcome,
            onRecorded,
          );
          isStored = finished.result === 'finished';
          return finished;
        }
        next = iterator.next();
      }
    } finally {
      // Ends the run's stream where we leave before its end; the promise may hang on a silent run, so nobody waits for it.
      next.catch(() => undefined);
      // What it has left out there is needed no more.
      if (isStored) iterator.next().catch(() => undefined);
      void iterator.return?.()?.catch(() => undefined);
    }
  }

  /**
   * Closes the execution and moves its build on. The bytes of a lost one go
   * first: should this process be lost in between, another does it all again.
   */
  async finish(
    fence: Fence,
    reported: Outcome,
    onRecorded: OnRecorded,
  ): Promise<RecordResult> {
    const outcome = UpdateRedactor.create({
      secrets: this.#secrets,
    }).cleanOutcome(reported);
    if (outcome.status === 'lost') {
      const execution = await this.#persist(() => this.#executions.look(fence));
      if (execution?.held) await this.#discard(execution.buildId, fence);
    }
    const result = await this.#persist(() =>
      this.#executions.finish(fence, outcome),
    );
    if (result === 'refused') return { result: 'refused' };
    onRecorded('build');
    return { result: 'finished', outcome };
  }

  /** For a run that goes on without us: gives its lease back, so that another collects it on at once. */
  async release(fence: Fence): Promise<void> {
    await this.#persist(() => this.#executions.release(fence));
  }

  /**
   * For whoever was refused, once nothing of the run is left: where it was
   * settled as lost meanwhile, nobody counts on what it has stored since.
   */
  async discardIfLost(fence: Fence): Promise<void> {
    const execution = await this.#persist(() => this.#executions.look(fence));
    if (execution?.status === 'lost') {
      await this.#discard(execution.buildId, fence);
    }
  }

  /** Bytes that stay behind cost space and nothing else. */
  async #discard(buildId: string, { executionId }: Fence): Promise<void> {
    try {
      await this.#blobs.deleteAll(executionFolder({ buildId, executionId }));
    } catch (error) {
      this.#logger.warn(
        `What the lost execution ${executionId} had stored could not be removed`,
        error as Error,
      );
    }
  }

  async #flush(
    fence: Fence,
    batch: RecordBatch,
    onRecorded: OnRecorded,
  ): Promise<FencedResult> {
    const result = await this.#persist(() => this.#records.write(fence, batch));
    if (result === 'applied') {
      const onlyLog =
        batch.logs.length > 0 &&
        !batch.phase &&
        batch.steps.length === 0 &&
        !batch.clusterEvents &&
        !batch.clusterEventsState &&
        batch.artifacts.length === 0;
      onRecorded(onlyLog ? 'log' : 'build');
    }
    return result;
  }

  /** Tries again what a database that is away for a moment has not taken. Every write may be repeated; one that it has refused would be refused again. */
  async #persist<T>(write: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await withinTime(write());
      } catch (error) {
        if (attempt >= WRITE_TRIES || !isPassing(error)) throw error;
        this.#logger.warn(
          `Writing what an execution reported failed (try ${attempt} of ${WRITE_TRIES})`,
          error as Error,
        );
        await delay(
          Math.min(
            WRITE_BACKOFF_MS * 2 ** (attempt - 1),
            LONGEST_WRITE_BACKOFF_MS,
          ),
        );
      }
    }
  }
}

/** What is written after all, later, is under the token and may be repeated. */
async function withinTime<T>(write: Promise<T>): Promise<T> {
  const written = await firstOf(write, WRITTEN_WITHIN_MS);
  if (written !== 'timeout') return written;
  write.catch(() => undefined);
  throw new Error(
    `The database has not answered within ${WRITTEN_WITHIN_MS / 1000} s`,
  );
}

/** What is held back of a run that ends without an outcome stays unwritten: whoever takes the run up goes on from there. */
function toStore(
  arrived: IteratorResult<ExecutionUpdate>,
  redactor: UpdateRedactor,
) {
  if (arrived.done) return [];
  return arrived.value.type === 'outcome'
    ? redactor.end()
    : redactor.take(arrived.value);
}

/** A plain timer: an AbortSignal for each of a thousand updates a second would stay in memory until the next large collection. */
async function firstOf<T>(
  promise: Promise<T>,
  milliseconds: number,
): Promise<T | 'timeout'> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<'timeout'>(resolve => {
    timer = setTimeout(resolve, Math.max(0, milliseconds), 'timeout');
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
