import { AuthService } from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { NotAllowedError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  Build,
  BuildEligibility,
  BuildList,
  BuildPreview,
  BuildRequest,
  RebuildRequest,
  imageBuildCancelPermission,
  imageBuildReadPermission,
  imageBuildRetryPermission,
} from '@image-factory/backstage-plugin-image-factory-common';
import { BuildQuery, BuildStore } from '../database';
import { BuildMoves } from './BuildMoves';
import { BuildService } from './BuildService';
import { checkEligibility } from './checkEligibility';
import { tenantOf } from './declaredImage';
import { findEntity, lookUpEntity } from './findEntity';
import { noSuchBuild } from './noSuchBuild';
import { BuildPermission, PermissionChecks } from './PermissionChecks';
import { TenantMembership } from './TenantMembership';
import { UserCredentials } from './userCredentials';

/** What {@link AuthorizedBuilds} stands before. */
export type AuthorizedBuildsOptions = {
  store: BuildStore;
  service: BuildService;
  moves: BuildMoves;
  catalog: CatalogService;
  /** For what the catalog shows to this plugin and not to everybody. */
  auth: AuthService;
  checks: PermissionChecks;
  membership: TenantMembership;
};

const READ = { permission: imageBuildReadPermission, act: 'see this build' };

/**
 * Builds, to those who may have them: the one way by which routes come to
 * builds and to what belongs to them. All methods throw a NotAllowedError that
 * names what is missing, and a NotFoundError where there is no such build.
 */
export class AuthorizedBuilds {
  readonly #options: AuthorizedBuildsOptions;

  static create(options: AuthorizedBuildsOptions): AuthorizedBuilds {
    return new AuthorizedBuilds(options);
  }

  private constructor(options: AuthorizedBuildsOptions) {
    this.#options = options;
  }

  /**
   * The build of that id. Whoever is given anything that belongs to it asks
   * here first.
   */
  async get(id: string, credentials: UserCredentials): Promise<Build> {
    return this.#demand(id, [], credentials);
  }

  /** Those builds of a list that may be seen; to its count and cursor the others are not there. */
  async list(
    query: BuildQuery,
    credentials: UserCredentials,
  ): Promise<BuildList> {
    const { store, checks } = this.#options;
    const granted = await checks.grantedBuilds(credentials);
    return store.list({ ...query, granted });
  }

  /** Whether the user may have images of an entity built; refused for what the catalog does not show them, and nothing else. */
  async eligibility(
    entityRef: string,
    credentials: UserCredentials,
  ): Promise<BuildEligibility> {
    const { catalog, checks, membership } = this.#options;
    const entity = await findEntity(entityRef, { catalog, credentials });
    return checkEligibility({ entity, credentials, checks, membership });
  }

  /** See {@link BuildService.submit}. */
  async submit(
    request: BuildRequest,
    credentials: UserCredentials,
    options: { idempotencyKey?: string } = {},
  ): Promise<Build> {
    const { service, membership } = this.#options;
    const known = await service.submitted(
      request,
      credentials,
      options.idempotencyKey,
    );
    // It is shown as it is by now.
    if (known) return this.get(known.id, credentials);
    const entity = await this.#buildable(request.entityRef, credentials);
    await membership.demand(accountedBy(entity), credentials);
    return service.submit(request, entity, credentials, options);
  }

  /**
   * See {@link BuildService.preview}. To whoever does not belong to the tenant
   * nothing is told of the sources, which are read by the portal's login.
   */
  async preview(
    request: BuildRequest,
    credentials: UserCredentials,
  ): Promise<BuildPreview> {
    const { service, membership } = this.#options;
    const entity = await this.#buildable(request.entityRef, credentials);
    const message = await membership.problem(accountedBy(entity), credentials);
    if (message === undefined) {
      const { userEntityRef } = credentials.principal;
      return service.preview(request, entity, userEntityRef);
    }
    const preview = await service.preview(request, entity, undefined);
    return {
      ...preview,
      problems: [{ path: '', blocking: true, message }, ...preview.problems],
    };
  }

  /**
   * See {@link BuildService.rebuild}. It is a new build of the entity as it is
   * now, accounted to the tenant of the old one where that is taken as it was.
   */
  async rebuild(
    id: string,
    mode: RebuildRequest['mode'],
    credentials: UserCredentials,
    options: { idempotencyKey?: string } = {},
  ): Promise<Build> {
    const { service, membership } = this.#options;
    const rebuild = { rebuildOf: id, mode };
    const known = await service.submitted(
      rebuild,
      credentials,
      options.idempotencyKey,
    );
    if (known) return this.get(known.id, credentials);
    const old = await this.get(id, credentials);
    const entity = await this.#buildable(old.entityRef, credentials);
    // It goes to the entity as it is, whoever owned that when it was built first.
    await membership.demand(accountedBy(entity), credentials);
    if (mode === 'pinned') await membership.demand(old, credentials);
    return service.rebuild(rebuild, entity, credentials, options);
  }

  /** See {@link BuildMoves.start}. */
  async start(id: string, credentials: UserCredentials): Promise<Build> {
    await this.#demandToQueue(id, 'start this build', credentials);
    return this.#options.moves.start(id, credentials);
  }

  /** See {@link BuildMoves.retry}. */
  async retry(id: string, credentials: UserCredentials): Promise<Build> {
    await this.#demandToQueue(id, 'retry this build', credentials);
    return this.#options.moves.retry(id, credentials);
  }

  /** See {@link BuildMoves.cancel}. Whoever wants less to run need not belong to the tenant. */
  async cancel(id: string, credentials: UserCredentials): Promise<Build> {
    await this.#demand(
      id,
      [{ permission: imageBuildCancelPermission, act: 'cancel this build' }],
      credentials,
    );
    return this.#options.moves.cancel(id, credentials);
  }

  async #demandToQueue(
    id: string,
    act: string,
    credentials: UserCredentials,
  ): Promise<void> {
    const build = await this.#demand(
      id,
      [{ permission: imageBuildRetryPermission, act }],
      credentials,
    );
    const { catalog, membership } = this.#options;
    await membership.demand(build, credentials);
    // The entity may have gone to another tenant since, whose image it sets.
    const entity = await lookUpEntity(build.entityRef, {
      catalog,
      credentials,
    });
    if (entity) await membership.demand(accountedBy(entity), credentials);
    else await this.#demandHidden(build, credentials);
  }

  /** An entity that the catalog does not show to the user may have gone to another tenant all the same; who that is is not told. */
  async #demandHidden(
    { entityRef }: Build,
    credentials: UserCredentials,
  ): Promise<void> {
    const { auth, catalog, membership } = this.#options;
    const entity = await lookUpEntity(entityRef, {
      catalog,
      credentials: await auth.getOwnServiceCredentials(),
    });
    if (!entity) return;
    if (await membership.problem(accountedBy(entity), credentials)) {
      throw new NotAllowedError(
        `The catalog does not show ${entityRef} to you, and its builds are accounted to others by now. Ask its owners to do it.`,
      );
    }
  }

  /** The build, to whom may see it and do what else is named: all answers about a build have it in them. */
  async #demand(
    id: string,
    acts: { permission: BuildPermission; act: string }[],
    credentials: UserCredentials,
  ): Promise<Build> {
    const { store, checks } = this.#options;
    const resource = await store.resource(id);
    if (!resource) throw noSuchBuild(id);
    await checks.demandOfBuild(resource, [READ, ...acts], credentials);
    return resource.build;
  }

  /** An entity that the user may see in the catalog, and build. */
  async #buildable(
    entityRef: string,
    credentials: UserCredentials,
  ): Promise<Entity> {
    const { catalog, checks } = this.#options;
    const entity = await findEntity(entityRef, { catalog, credentials });
    await checks.demandCreate(stringifyEntityRef(entity), credentials);
    return entity;
  }
}

function accountedBy(entity: Entity) {
  return { entityRef: stringifyEntityRef(entity), tenant: tenantOf(entity) };
}
