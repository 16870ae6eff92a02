import {
  Step,
  StepStatus,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Knex } from 'knex';
import { toOptionalIso } from './engine';
import { StepRow } from './tables';

/** The steps of executions. */
export class StepStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): StepStore {
    return new StepStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** The steps of one attempt of a build in their order. */
  async list(buildId: string, attempt: number): Promise<Step[]> {
    const rows = await this.#ofAttempt(buildId, attempt).orderBy(
      'build_steps.ordinal',
    );
    return rows.map(toStep);
  }

  /** One step of an attempt by its name, where it has come so far. */
  async find(
    buildId: string,
    attempt: number,
    name: string,
  ): Promise<Step | undefined> {
    const [row] = await this.#ofAttempt(buildId, attempt).where(
      'build_steps.name',
      name,
    );
    return row && toStep(row);
  }

  #ofAttempt(
    buildId: string,
    attempt: number,
  ): Knex.QueryBuilder<object, StepRow[]> {
    return this.#knex('build_steps')
      .join(
        'build_executions',
        'build_executions.id',
        'build_steps.execution_id',
      )
      .where('build_executions.build_id', buildId)
      .where('build_executions.attempt', attempt)
      .select('build_steps.*');
  }
}

function toStep(row: StepRow): Step {
  return {
    id: row.id,
    name: row.name,
    ordinal: row.ordinal,
    status: row.status as StepStatus,
    startedAt: toOptionalIso(row.started_at),
    finishedAt: toOptionalIso(row.finished_at),
    exitCode: row.exit_code ?? undefined,
    reason: row.reason ?? undefined,
    tool: row.tool ?? undefined,
    image: row.image ?? undefined,
    pod: row.pod ?? undefined,
    namespace: row.namespace ?? undefined,
    node: row.node ?? undefined,
    task: row.task ?? undefined,
    runAfter: row.run_after === null ? undefined : JSON.parse(row.run_after),
    logBytes: Number(row.log_bytes),
    logLines: Number(row.log_lines),
  };
}
