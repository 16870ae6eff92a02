import {
  ClusterEventSnapshot,
  Cursor,
  NewArtifact,
  NewMetric,
  StepSnapshot,
} from '@image-factory/backstage-plugin-image-factory-node';
import { randomUUID } from 'node:crypto';
import { Knex } from 'knex';
import { countLineEnds } from '../model';
import { appendHold } from './appendHold';
import { databaseNow, toColumn } from './engine';
import { Fence, FencedResult, holdsLease } from './fence';
import { NewPhase, phaseColumns } from './phaseColumns';
import {
  ArtifactRow,
  BuildRow,
  ExecutionRow,
  LogChunkRow,
  StepRow,
} from './tables';
import { transaction } from './transaction';
import { writeClusterEvents } from './writeClusterEvents';
import { writeMetrics } from './writeMetrics';

/** Bytes to append to the log of a step. */
export type LogAppend = {
  step: string;
  /** The place of the first byte in the log. */
  offset: number;
  bytes: Buffer;
};

/** Updates of one execution that are written together. */
export type RecordBatch = {
  phase?: NewPhase;
  /** The latest snapshot of each step that has changed. */
  steps: StepSnapshot[];
  logs: LogAppend[];
  artifacts: NewArtifact[];
  metrics?: NewMetric[];
  /** The latest snapshot of each event that has changed. */
  clusterEvents?: ClusterEventSnapshot[];
  /** Present where it was told whether events are seen. */
  clusterEventsState?: { problem?: string };
  cursor?: Cursor;
};

/** Compresses a chunk of a log. */
export type Compress = (bytes: Buffer) => Promise<Buffer>;

/** Writes what executions report, under their token. Writing a batch twice changes nothing. */
export class RecordStore {
  readonly #knex: Knex;
  readonly #compress: Compress;

  static create(options: { knex: Knex; compress: Compress }): RecordStore {
    return new RecordStore(options.knex, options.compress);
  }

  private constructor(knex: Knex, compress: Compress) {
    this.#knex = knex;
    this.#compress = compress;
  }

  async write(fence: Fence, batch: RecordBatch): Promise<FencedResult> {
    return transaction(this.#knex, async trx => {
      if (!(await holdsLease(trx, fence))) return 'refused';
      const execution = await trx<ExecutionRow>('build_executions')
        .where({ id: fence.executionId })
        .first();
      if (batch.phase) {
        const isMoved = await trx<BuildRow>('builds')
          .where({ id: execution!.build_id, status: 'running' })
          // Once somebody wants it cancelled it is stopping, whatever its steps still say.
          .whereNull('cancel_requested_at')
          .update(phaseColumns(batch.phase));
        if (isMoved) await appendHold(trx, execution!, batch.phase);
      }
      for (const step of batch.steps) {
        await writeStep(trx, fence.executionId, step);
      }
      const now = batch.logs.length > 0 ? await databaseNow(trx) : 0;
      for (const append of batch.logs) {
        await this.#append(trx, fence.executionId, append, now);
      }
      for (const artifact of batch.artifacts) {
        await writeArtifact(trx, execution!, artifact);
      }
      await writeMetrics(trx, execution!, batch.metrics ?? []);
      await writeClusterEvents(
        trx,
        fence.executionId,
        batch.clusterEvents ?? [],
      );
      if (batch.clusterEventsState) {
        await trx<ExecutionRow>('build_executions')
          .where({ id: fence.executionId })
          .update({
            cluster_events_problem: batch.clusterEventsState.problem ?? null,
          });
      }
      if (batch.cursor !== undefined) {
        await trx<ExecutionRow>('build_executions')
          .where({ id: fence.executionId })
          .update({ cursor: batch.cursor });
      }
      return 'applied';
    });
  }

  async #append(
    trx: Knex.Transaction,
    executionId: string,
    append: LogAppend,
    now: number,
  ): Promise<void> {
    const step = await trx<StepRow>('build_steps')
      .where({ execution_id: executionId, name: append.step })
      .first();
    if (!step) {
      throw new Error(`Log bytes came for the unknown step ${append.step}`);
    }
    const end = Number(step.log_bytes);
    if (append.offset > end) {
      throw new Error(
        `Log bytes of step ${append.step} came for offset ${append.offset}, but its log ends at ${end}`,
      );
    }
    // What is stored already is left out, so that a collector may repeat itself.
    const bytes = append.bytes.subarray(end - append.offset);
    if (bytes.length === 0) return;
    const lines = Number(step.log_lines);
    await trx<LogChunkRow>('build_log_chunks').insert({
      step_id: step.id,
      first_byte: end,
      first_line: lines + 1,
      byte_length: bytes.length,
      data: await this.#compress(bytes),
      recorded_at: toColumn(now),
    });
    await trx<StepRow>('build_steps')
      .where({ id: step.id })
      .update({
        log_bytes: end + bytes.length,
        log_lines: lines + countLineEnds(bytes),
      });
  }
}

async function writeStep(
  trx: Knex.Transaction,
  executionId: string,
  step: StepSnapshot,
): Promise<void> {
  const state = {
    ordinal: step.ordinal,
    status: step.status,
    started_at: step.startedAt ?? null,
    finished_at: step.finishedAt ?? null,
    exit_code: step.exitCode ?? null,
    reason: step.reason ?? null,
    tool: step.tool ?? null,
    image: step.image ?? null,
    pod: step.pod ?? null,
    namespace: step.namespace ?? null,
    node: step.node ?? null,
    task: step.task ?? null,
    run_after: step.runAfter ? JSON.stringify(step.runAfter) : null,
  };
  await trx<StepRow>('build_steps')
    .insert({
      ...state,
      id: randomUUID(),
      execution_id: executionId,
      name: step.name,
    })
    .onConflict(['execution_id', 'name'])
    .merge(state);
}

async function writeArtifact(
  trx: Knex.Transaction,
  execution: ExecutionRow,
  artifact: NewArtifact,
): Promise<void> {
  const state = {
    reference: artifact.reference ?? null,
    digest: artifact.digest ?? null,
    media_type: artifact.mediaType ?? null,
    size_bytes: artifact.sizeBytes ?? null,
    platform: artifact.platform ?? null,
    blob_key: artifact.blobKey ?? null,
  };
  await trx<ArtifactRow>('artifacts')
    .insert({
      ...state,
      id: randomUUID(),
      build_id: execution.build_id,
      execution_id: execution.id,
      type: artifact.type,
      name: artifact.name,
    })
    .onConflict(['execution_id', 'type', 'name'])
    .merge({
      ...state,
      // Where it could not be kept this time, what was kept before is there still.
      blob_key: trx.raw('COALESCE(excluded.blob_key, artifacts.blob_key)'),
    });
}
