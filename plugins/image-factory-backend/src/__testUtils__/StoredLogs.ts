import { StepStatus } from '@image-factory/backstage-plugin-image-factory-common';
import { Knex } from 'knex';
import { Fence, RecordStore, StepStore } from '../database';
import { compressChunk } from '../logs';
import { claimedBuild } from './databases';

/** Steps of a build that runs, and their logs, as a recorder stores them. */
export class StoredLogs {
  readonly buildId: string;
  readonly fence: Fence;
  readonly #knex: Knex;
  readonly #records: RecordStore;
  readonly #names: string[] = [];
  readonly #ends = new Map<string, number>();

  static async create(knex: Knex): Promise<StoredLogs> {
    const { build, fence } = await claimedBuild(knex);
    return new StoredLogs(knex, build.id, fence);
  }

  private constructor(knex: Knex, buildId: string, fence: Fence) {
    this.#knex = knex;
    this.buildId = buildId;
    this.fence = fence;
    this.#records = RecordStore.create({ knex, compress: compressChunk });
  }

  /** Adds bytes to the log of a step, as one chunk; the step comes with its first bytes. */
  async append(
    name: string,
    bytes: string | Buffer,
    status: StepStatus = 'running',
  ): Promise<void> {
    if (!this.#names.includes(name)) this.#names.push(name);
    const offset = this.#ends.get(name) ?? 0;
    const data = Buffer.from(bytes);
    this.#ends.set(name, offset + data.length);
    await this.#records.write(this.fence, {
      steps: [{ name, ordinal: this.#names.indexOf(name), status }],
      logs: data.length > 0 ? [{ step: name, offset, bytes: data }] : [],
      artifacts: [],
    });
  }

  /** The step is over. */
  async end(name: string, status: StepStatus = 'completed'): Promise<void> {
    await this.append(name, '', status);
  }

  async steps() {
    return StepStore.create({ knex: this.#knex }).list(this.buildId, 1);
  }
}
