import { ServiceUnavailableError } from '@backstage/errors';
import {
  Build,
  BuildEvent,
  BuildList,
  BuildRequest,
  BuildStatus,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  BuildConfig,
  ImageBuildResource,
} from '@image-factory/backstage-plugin-image-factory-node';
import { createHash, randomUUID } from 'node:crypto';
import { Knex } from 'knex';
import { withBuildNumber } from '../model';
import { appendEvent, listEvents } from './buildEvents';
import {
  JoinedBuildRow,
  selectBuilds,
  toBuild,
  toBuildConfig,
} from './buildRows';
import { databaseNow, isSqlite, toColumn } from './engine';
import { readEntityOwners, writeEntityOwners } from './entityOwners';
import { IdempotencyKey, findByKey, rememberKey } from './idempotencyKeys';
import { BuildQuery, listBuilds } from './listBuilds';
import { BuildConfigRow, BuildRow } from './tables';
import { transaction } from './transaction';

/** A build that is to be stored. The image reference may hold the placeholder of the build's number. */
export type NewBuild = {
  config: BuildConfig;
  /** Where the sources are, for readers. */
  sourceLocation: string;
  /** The entity references of those who own the build's entity. */
  entityOwners: string[];
  placementKey: string;
  createdBy: string;
  maxAttempts: number;
  /** `queued`, or `pending` for one that is held. */
  status: Extract<BuildStatus, 'pending' | 'queued'>;
  /** What was asked for, so that it can be asked again. */
  request: BuildRequest;
  /** The id of the build that this one rebuilds. */
  rebuildOf?: string;
  /** The caller's own name for the request. */
  idempotency?: IdempotencyKey;
};

/** The inputs of a build, to build it again. */
export type BuildInputs = {
  /** With the placeholder for the number in the image reference. */
  config: BuildConfig;
  sourceLocation: string;
  placementKey: string;
  request: BuildRequest;
};

const NUMBER_TRIES = 10;

/** Builds with their configs and history. What moves them on is in other stores. */
export class BuildStore {
  readonly #knex: Knex;

  static create(options: { knex: Knex }): BuildStore {
    return new BuildStore(options.knex);
  }

  private constructor(knex: Knex) {
    this.#knex = knex;
  }

  /**
   * Stores a build, its config and the first event of its history, or nothing.
   * A request under a key that was used already gives the build of the first.
   *
   * @throws ConflictError where the key was used for another request
   */
  async create(build: NewBuild): Promise<Build> {
    let id: string;
    for (let attempt = 1; ; attempt++) {
      try {
        id = await transaction(this.#knex, trx => this.#createOnce(trx, build));
        break;
      } catch (error) {
        // Two requests took the same number of an entity, or came under the
        // same key: a unique index lets one of them in, and the other looks
        // again.
        if (!isUniqueViolation(error)) throw error;
        if (attempt >= NUMBER_TRIES) {
          throw new ServiceUnavailableError(
            `Too many builds of ${build.config.entityRef} are submitted at once. Try again in a moment.`,
          );
        }
      }
    }
    const stored = await this.get(id);
    if (!stored) {
      throw new Error(`Build ${id} was stored and is gone`);
    }
    return stored;
  }

  /**
   * The build that a request under this key has made.
   *
   * @throws ConflictError where the key was used for another request
   */
  async byKey(idempotency: IdempotencyKey): Promise<Build | undefined> {
    const id = await transaction(this.#knex, trx =>
      findByKey(trx, idempotency),
    );
    return id ? this.get(id) : undefined;
  }

  async #createOnce(trx: Knex.Transaction, build: NewBuild): Promise<string> {
    const known =
      build.idempotency && (await findByKey(trx, build.idempotency));
    if (known) return known;
    const id = randomUUID();
    await this.#insert(trx, id, build);
    if (build.idempotency) await rememberKey(trx, build.idempotency, id);
    return id;
  }

  async #insert(
    trx: Knex.Transaction,
    id: string,
    build: NewBuild,
  ): Promise<void> {
    const { config } = build;
    await lockNumbers(trx, config.entityRef);
    const now = await databaseNow(trx);
    const last = await trx<BuildRow>('builds')
      .where({ entity_ref: config.entityRef })
      .max({ number: 'number' })
      .first();
    const number = Number(last?.number ?? 0) + 1;
    await trx<BuildRow>('builds').insert({
      id,
      number,
      entity_ref: config.entityRef,
      image_name: config.imageName,
      tenant: config.tenant,
      placement_key: build.placementKey,
      method: config.method,
      infrastructure: config.infrastructure,
      status: build.status,
      priority: 0,
      created_by: build.createdBy,
      created_at: toColumn(now),
      queued_at: build.status === 'queued' ? toColumn(now) : null,
      attempt: 0,
      max_attempts: build.maxAttempts,
      parent_build_id: build.rebuildOf ?? null,
    });
    const inputs = {
      source: JSON.stringify(config.source),
      tags: JSON.stringify(config.image.tags),
      delivery: config.image.delivery,
      parameters: JSON.stringify(config.parameters),
      platforms: JSON.stringify(config.platforms),
      timeout_seconds: config.timeoutSeconds,
      template_id: config.template?.id ?? null,
    };
    await trx<BuildConfigRow>('build_configs').insert({
      ...inputs,
      build_id: id,
      source_location: build.sourceLocation,
      request: JSON.stringify(build.request),
      image_template: config.image.reference,
      image_reference: withBuildNumber(config.image.reference, number),
      inputs_hash: createHash('sha256')
        .update(JSON.stringify([config.method, config.image.reference, inputs]))
        .digest('hex'),
    });
    await writeEntityOwners(trx, config.entityRef, build.entityOwners);
    await appendEvent(trx, {
      buildId: id,
      type: 'submitted',
      at: now,
      actor: build.createdBy,
      data: {
        status: build.status,
        ...(build.rebuildOf && { rebuildOf: build.rebuildOf }),
      },
    });
  }

  async get(id: string): Promise<Build | undefined> {
    const row: JoinedBuildRow | undefined = await selectBuilds(this.#knex)
      .where('builds.id', id)
      .first();
    return row && toBuild(row);
  }

  /** A build with who owns its entity, as rules of permissions ask for it. */
  async resource(id: string): Promise<ImageBuildResource | undefined> {
    const build = await this.get(id);
    return (
      build && {
        build,
        entityOwners: await readEntityOwners(this.#knex, build.entityRef),
      }
    );
  }

  /** The inputs of a build, as they were fixed when it was submitted. */
  async inputs(id: string): Promise<BuildInputs | undefined> {
    const row: JoinedBuildRow | undefined = await selectBuilds(this.#knex)
      .where('builds.id', id)
      .first();
    return (
      row && {
        config: toBuildConfig({ ...row, image_reference: row.image_template }),
        sourceLocation: row.source_location,
        placementKey: row.placement_key,
        request: JSON.parse(row.request),
      }
    );
  }

  /** @throws InputError for a cursor that is not of this list */
  async list(query: BuildQuery): Promise<BuildList> {
    return listBuilds(this.#knex, query);
  }

  async events(id: string): Promise<BuildEvent[]> {
    return listEvents(this.#knex, id);
  }
}

/** Lets one transaction at a time number a build of an entity: of many that come at once, one a round would get through. SQLite has one at a time anyway. */
async function lockNumbers(
  trx: Knex.Transaction,
  entityRef: string,
): Promise<void> {
  if (isSqlite(trx)) return;
  await trx.raw('SELECT pg_advisory_xact_lock(hashtextextended(?, 0))', [
    `image-factory build number of ${entityRef}`,
  ]);
}

function isUniqueViolation(error: unknown): boolean {
  const code = (error as { code?: string }).code ?? '';
  // PostgreSQL's SQLSTATE and SQLite's extended result codes.
  return [
    '23505',
    'SQLITE_CONSTRAINT_UNIQUE',
    'SQLITE_CONSTRAINT_PRIMARYKEY',
  ].includes(code);
}
