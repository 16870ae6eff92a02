import { Knex } from 'knex';
import { toOptionalIso } from './engine';
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
  /** When it came, in ISO 8601; not known of old ones. */
  recordedAt: string | undefined;
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
    return rows.map(toChunk);
  }

  /** The last chunk that begins in this line or before it; undefined where there is none. */
  async chunkAtLine(
    stepId: string,
    line: number,
  ): Promise<LogChunk | undefined> {
    // Lines grow with bytes, so the key's order finds it without an index of its own.
    const row = await this.#knex<LogChunkRow>('build_log_chunks')
      .where({ step_id: stepId })
      .where('first_line', '<=', line)
      .orderBy('first_byte', 'desc')
      .first();
    return row && toChunk(row);
  }
}

function toChunk(row: LogChunkRow): LogChunk {
  return {
    firstByte: Number(row.first_byte),
    firstLine: Number(row.first_line),
    byteLength: row.byte_length,
    data: row.data,
    recordedAt: toOptionalIso(row.recorded_at),
  };
}
