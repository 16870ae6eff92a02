import { NewMetric } from '@image-factory/backstage-plugin-image-factory-node';
import { randomUUID } from 'node:crypto';
import { Knex } from 'knex';
import { backoffAfter, measureExecution } from '../model';
import { toIso } from './engine';
import {
  ArtifactRow,
  BuildRow,
  ExecutionRow,
  MetricRow,
  StepRow,
} from './tables';

type ExecutionKey = { id: string; build_id: string };

/** Writes metrics of an execution; one that was measured before gets its latest value, or keeps its largest. */
export async function writeMetrics(
  trx: Knex.Transaction,
  execution: ExecutionKey,
  metrics: NewMetric[],
): Promise<void> {
  const measured = metrics.filter(({ value }) => Number.isFinite(value));
  for (const { name, value, unit, step = '', keep } of measured) {
    await trx<MetricRow>('metrics')
      .insert({
        id: randomUUID(),
        build_id: execution.build_id,
        execution_id: execution.id,
        step,
        name,
        value,
        unit,
      })
      .onConflict(['execution_id', 'step', 'name'])
      .merge({ value: keep === 'largest' ? larger(trx) : value, unit });
  }
}

/** Whoever takes a run over has not seen what was measured of it before. */
function larger(trx: Knex.Transaction): Knex.Raw<number> {
  return trx.raw(
    'CASE WHEN excluded.value > metrics.value THEN excluded.value ELSE metrics.value END',
  );
}

/** Writes what every execution is measured by, when it ends. */
export async function writeExecutionMetrics(
  trx: Knex.Transaction,
  build: BuildRow,
  execution: ExecutionRow,
  finishedAt: number,
): Promise<void> {
  const steps = await trx<StepRow>('build_steps').where({
    execution_id: execution.id,
  });
  const image = await trx<ArtifactRow>('artifacts')
    .where({ execution_id: execution.id, type: 'image' })
    .first('size_bytes');
  await writeMetrics(
    trx,
    execution,
    measureExecution({
      waitingSince: await waitingSince(trx, build, execution),
      startedAt: Date.parse(toIso(execution.started_at)),
      finishedAt,
      steps: steps.map(step => ({
        name: step.name,
        startedAt: step.started_at
          ? Date.parse(toIso(step.started_at))
          : undefined,
        finishedAt: step.finished_at
          ? Date.parse(toIso(step.finished_at))
          : undefined,
        logBytes: Number(step.log_bytes),
      })),
      imageBytes:
        image && image.size_bytes !== null
          ? Number(image.size_bytes)
          : undefined,
    }),
  );
}

/**
 * An attempt that follows one that was lost keeps its build's place in the
 * queue, but waits for its turn only since the pause after that is over.
 */
async function waitingSince(
  trx: Knex.Transaction,
  build: BuildRow,
  execution: ExecutionRow,
): Promise<number> {
  const queuedAt = Date.parse(toIso(build.queued_at ?? build.created_at));
  const before = await trx<ExecutionRow>('build_executions')
    .where({ build_id: build.id, attempt: execution.attempt - 1 })
    .first('finished_at', 'failure');
  const endedAt = before?.finished_at
    ? Date.parse(toIso(before.finished_at))
    : queuedAt;
  // Somebody who tries a build again gives it a new place, and no pause.
  if (endedAt <= queuedAt) return queuedAt;
  return before?.failure
    ? endedAt + backoffAfter(execution.attempt - 1)
    : endedAt;
}
