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

  /** What an attempt of a build has produced; the latest unless told. */
  async list(buildId: string, attempt?: number): Promise<StoredArtifact[]> {
    const query = this.#knex('artifacts')
      .join('build_executions', 'build_executions.id', 'artifacts.execution_id')
      .where('artifacts.build_id', buildId)
      .orderBy(['artifacts.type', 'artifacts.name'])
      .select('artifacts.*');
    const rows: ArtifactRow[] = await (attempt === undefined
      ? query.join('builds', join =>
          join
            .on('builds.id', 'artifacts.build_id')
            .andOn('builds.attempt', 'build_executions.attempt'),
        )
      : query.where('build_executions.attempt', attempt));
    return rows.map(toArtifact);
  }

  /** One of a build, whichever attempt has produced it. */
  async find(
    buildId: string,
    artifactId: string,
  ): Promise<StoredArtifact | undefined> {
    const row = await this.#knex<ArtifactRow>('artifacts')
      .where({ build_id: buildId, id: artifactId })
      .first();
    return row && toArtifact(row);
  }
}

function toArtifact(row: ArtifactRow): StoredArtifact {
  return {
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
  };
}
