import { Knex } from 'knex';
import { LogChunkRow } from './tables';

/** A piece of a step's log as stored. */
export type LogChunk = {
  firstByte: number;
  /** The number of the line that the first byte stands in, from 1. */
  firstLine: number;
  /** Before compression. */
  byteLength: number;
  /** gzip */
  data: Buffer;
};

/** Reads the logs of steps. They are written by the recorder alone. */
export class LogStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): LogStore {
    return new LogStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** The chunks that hold bytes from `offset` on, in order; at most `limit` of them, the first one being the one that holds `offset`. */
  async chunksFrom(
    stepId: string,
    offset: number,
    limit: number,
  ): Promise<LogChunk[]> {
    const rows = await this.#knex<LogChunkRow>('build_log_chunks')
      .where({ step_id: stepId })
      .where(
        'first_byte',
        '>=',
        this.#knex('build_log_chunks')
          .where({ step_id: stepId })
          .where('first_byte', '<=', offset)
          .max('first_byte'),
      )
      .orderBy('first_byte')
      .limit(limit);
    return rows.map(row => ({
      firstByte: Number(row.first_byte),
      firstLine: Number(row.first_line),
      byteLength: row.byte_length,
      data: row.data,
    }));
  }
}
