import { existsSync } from 'node:fs';
import knexFactory, { type Knex } from 'knex';

/** A build as its row tells it. */
export type BuildRow = {
  id: string;
  number: number;
  status: string;
  phase: string | null;
  attempt: number;
  max_attempts: number;
};

/** An attempt to run a build. */
export type ExecutionRow = {
  id: string;
  build_id: string;
  attempt: number;
  status: string;
  owner: string;
  lease_expires_at: string | Date;
  started_at: string | Date;
  finished_at: string | Date | null;
};

/** A step of an attempt. */
export type StepRow = {
  execution_id: string;
  name: string;
  ordinal: number;
  status: string;
};

/** What the portal's own database says, also while no portal runs. */
export class PortalRows {
  readonly knex: Knex;

  /** @param file - of the plugin's database; needs not be there yet */
  static sqlite(file: string): PortalRows {
    return new PortalRows(
      knexFactory({
        client: 'better-sqlite3',
        useNullAsDefault: true,
        connection: { filename: file },
        pool: { min: 0, max: 1, idleTimeoutMillis: 1 },
      }),
    );
  }

  /** @param url - of any database of the server */
  static postgres(url: string): PortalRows {
    const database = new URL(url);
    database.pathname = '/backstage_plugin_image-factory';
    return new PortalRows(
      knexFactory({
        client: 'pg',
        connection: {
          connectionString: database.href,
          application_name: 'crash suite',
        },
        pool: { min: 0, max: 4 },
      }),
    );
  }

  private constructor(knex: Knex) {
    this.knex = knex;
  }

  async build(id: string): Promise<BuildRow> {
    const row = await this.knex<BuildRow>('builds').where({ id }).first();
    if (!row) throw new Error(`There is no build ${id}`);
    return row;
  }

  async builds(): Promise<BuildRow[]> {
    return this.knex<BuildRow>('builds').select();
  }

  async executions(buildId?: string): Promise<ExecutionRow[]> {
    return this.knex<ExecutionRow>('build_executions')
      .where(buildId ? { build_id: buildId } : {})
      .orderBy(['build_id', 'attempt']);
  }

  async steps(executionId: string): Promise<StepRow[]> {
    return this.knex<StepRow>('build_steps')
      .where({ execution_id: executionId })
      .orderBy('ordinal');
  }

  async artifacts(
    buildId: string,
  ): Promise<
    { execution_id: string; type: string; blob_key: string | null }[]
  > {
    return this.knex('artifacts').where({ build_id: buildId }).orderBy('type');
  }

  /** Whether a build leaves an archive; otherwise it is pushed. */
  async isExported(buildId: string): Promise<boolean> {
    const { delivery } = await this.knex('build_configs')
      .where({ build_id: buildId })
      .first();
    return delivery === 'export';
  }

  async eventTypes(buildId: string): Promise<string[]> {
    const rows: { type: string }[] = await this.knex('build_events')
      .where({ build_id: buildId })
      .orderBy('sequence');
    return rows.map(row => row.type);
  }

  /** Of each step its chunks must follow each other without a gap and without an overlap. */
  async brokenLogs(): Promise<string[]> {
    const chunks: {
      step_id: string;
      first_byte: string;
      byte_length: number;
    }[] = await this.knex('build_log_chunks').orderBy([
      'step_id',
      'first_byte',
    ]);
    const ends = new Map<string, number>();
    const broken = new Set<string>();
    for (const {
      step_id: step,
      first_byte: first,
      byte_length: length,
    } of chunks) {
      if (Number(first) !== (ends.get(step) ?? 0)) broken.add(step);
      ends.set(step, Number(first) + length);
    }
    const steps: { id: string; log_bytes: string }[] = await this.knex(
      'build_steps',
    );
    for (const { id, log_bytes: bytes } of steps) {
      if (Number(bytes) !== (ends.get(id) ?? 0)) broken.add(id);
    }
    return [...broken];
  }

  async close(): Promise<void> {
    await this.knex.destroy();
  }
}

/** SQLite's journal of a transaction that is not committed. */
export function hasOpenTransaction(file: string): boolean {
  return existsSync(`${file}-journal`);
}
