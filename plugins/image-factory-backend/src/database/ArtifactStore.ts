import {
  Artifact,
  ArtifactType,
} from '@image-factory/backstage-plugin-image-factory-common';
import { Knex } from 'knex';
import { ArtifactRow } from './tables';

/** An artifact with the place of its bytes. */
export type StoredArtifact = Artifact & { blobKey?: string };

/** Reads what builds have produced. Written by the recorder alone. */
export class ArtifactStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): ArtifactStore {
    return new ArtifactStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /** What the latest attempt of a build has produced. */
  async list(buildId: string): Promise<StoredArtifact[]> {
    const rows: ArtifactRow[] = await this.#knex('artifacts')
      .join('build_executions', 'build_executions.id', 'artifacts.execution_id')
      .join('builds', join =>
        join
          .on('builds.id', 'artifacts.build_id')
          .andOn('builds.attempt', 'build_executions.attempt'),
      )
      .where('artifacts.build_id', buildId)
      .orderBy(['artifacts.type', 'artifacts.name'])
      .select('artifacts.*');
    return rows.map(row => ({
      id: row.id,
      type: row.type as ArtifactType,
      name: row.name,
      reference: row.reference ?? undefined,
      digest: row.digest ?? undefined,
      mediaType: row.media_type ?? undefined,
      sizeBytes: row.size_bytes === null ? undefined : Number(row.size_bytes),
      platform: row.platform ?? undefined,
      downloadable: row.blob_key !== null,
      blobKey: row.blob_key ?? undefined,
    }));
  }
}
