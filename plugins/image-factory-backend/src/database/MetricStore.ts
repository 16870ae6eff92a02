import {
  Metric,
  MetricUnit,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Knex } from 'knex';
import { MetricRow } from './tables';

/** Reads what was measured. Written by the recorder, and at the end of each execution. */
export class MetricStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): MetricStore {
    return new MetricStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** The metrics of all attempts of a build: first attempt first, in it those of the whole first, then by step. */
  async list(buildId: string): Promise<Metric[]> {
    const rows: (MetricRow & { attempt: number })[] = await this.#knex(
      'metrics',
    )
      .join('build_executions', 'build_executions.id', 'metrics.execution_id')
      .leftJoin('build_steps', join =>
        join
          .on('build_steps.execution_id', 'metrics.execution_id')
          .andOn('build_steps.name', 'metrics.step'),
      )
      .where('metrics.build_id', buildId)
      .orderByRaw(
        'build_executions.attempt, COALESCE(build_steps.ordinal, -1), metrics.name',
      )
      .select('metrics.*', 'build_executions.attempt');
    return rows.map(row => ({
      attempt: row.attempt,
      step: row.step || undefined,
      name: row.name,
      value: row.value,
      unit: row.unit as MetricUnit,
    }));
  }
}
