import { InputError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  Build,
  BuildList,
  BuildPreview,
  BuildRequest,
  RebuildRequest,
} from '@image-factory/backstage-plugin-image-factory-common';
import { BuildQuery, BuildStore, NewBuild } from '../database';
import { ExecutorMonitor, OnBuildChange, toCapacity } from '../dispatcher';
import { MethodRegistry } from '../methods';
import { placementKey } from '../model';
import { place } from '../planner';
import { RegistrySettings } from '../registry';
import { Sources } from '../sources';
import { findEntity } from './findEntity';
import { noSuchBuild } from './noSuchBuild';
import { BuildDefaults, ResolvedBuild, resolveBuild } from './resolveBuild';
import { resolveImage } from './resolveImage';
import { toIdempotencyKey } from './toIdempotencyKey';
import { UserCredentials } from './userCredentials';

/** What a {@link BuildService} works with. */
export type BuildServiceOptions = {
  builds: BuildStore;
  catalog: CatalogService;
  methods: MethodRegistry;
  sources: Sources;
  registries: RegistrySettings[];
  monitor: ExecutorMonitor;
  defaults: BuildDefaults;
  maxAttempts: number;
  /** Hints to the dispatcher that there is something to claim. */
  wake: () => void;
  onChange: OnBuildChange;
};

/** What users do with builds. */
export class BuildService {
  readonly #options: BuildServiceOptions;

  static create(options: BuildServiceOptions): BuildService {
    return new BuildService(options);
  }

  private constructor(options: BuildServiceOptions) {
    this.#options = options;
  }

  /**
   * Stores a build, or nothing. Under the same key the same request gives the
   * same build, whatever has become of its entity since.
   *
   * @throws NotFoundError for an entity that the user cannot see
   * @throws InputError that names every problem of the request
   * @throws ConflictError where the key was used for another request
   */
  async submit(
    request: BuildRequest,
    credentials: UserCredentials,
    options: { idempotencyKey?: string; rebuildOf?: string } = {},
  ): Promise<Build> {
    const { builds, maxAttempts } = this.#options;
    const idempotency = toIdempotencyKey(
      options.idempotencyKey,
      request,
      credentials,
    );
    const known = idempotency && (await builds.byKey(idempotency));
    if (known) return known;

    const { preview, ready } = await this.#resolve(request, credentials, {
      fresh: true,
    });
    if (!ready) {
      throw new InputError(
        preview.problems.map(problem => problem.message).join(' '),
      );
    }
    const { config, method, sourceLocation } = ready;
    return this.#create({
      config,
      sourceLocation,
      placementKey: placementKey({
        infrastructure: config.infrastructure,
        method: config.method,
        needs: method.needs(config),
      }),
      createdBy: credentials.principal.userEntityRef,
      maxAttempts,
      status: request.start === false ? 'pending' : 'queued',
      request,
      rebuildOf: options.rebuildOf,
      idempotency,
    });
  }

  /**
   * Submits a new build from the inputs of an old one: as they were, or with
   * everything but what was asked for taken from the entity again.
   *
   * @throws NotFoundError for a build that is not there, or an entity that the user cannot see
   * @throws InputError where the entity or the method no longer allows it
   */
  async rebuild(
    id: string,
    mode: RebuildRequest['mode'],
    credentials: UserCredentials,
  ): Promise<Build> {
    const { builds, catalog, methods, registries } = this.#options;
    const inputs = await builds.inputs(id);
    if (!inputs) throw noSuchBuild(id);
    // Held once is no reason to hold it again.
    const request: BuildRequest = { ...inputs.request, start: true };
    if (mode === 'latest') {
      return this.submit(request, credentials, { rebuildOf: id });
    }
    const { entityRef, method, tenant, image } = inputs.config;
    await findEntity(entityRef, { catalog, credentials });
    if (!methods.get(method)) {
      throw new InputError(
        `The build method ${method} is no longer there. Build again with one of: ${methods
          .list()
          .map(each => each.id)
          .join(', ')}.`,
      );
    }
    // What may be pushed where is for the portal's admins to change.
    const target = resolveImage({
      image: image.reference,
      tags: image.tags,
      tenant,
      registries,
    });
    if ('problems' in target) {
      throw new InputError(
        target.problems.map(problem => problem.message).join(' '),
      );
    }
    return this.#create({
      ...inputs,
      createdBy: credentials.principal.userEntityRef,
      maxAttempts: this.#options.maxAttempts,
      status: 'queued',
      request,
      rebuildOf: id,
    });
  }

  async #create(build: NewBuild): Promise<Build> {
    const { builds, wake, onChange } = this.#options;
    const created = await builds.create(build);
    onChange({
      buildId: created.id,
      entityRef: created.entityRef,
      change: 'build',
    });
    wake();
    return created;
  }

  /**
   * Tells what a request would become.
   *
   * @throws NotFoundError for an entity that the user cannot see
   * @throws InputError for an entity that is not buildable
   */
  async preview(
    request: BuildRequest,
    credentials: UserCredentials,
  ): Promise<BuildPreview> {
    const { preview } = await this.#resolve(request, credentials, {
      fresh: false,
    });
    const observed = await this.#options.monitor.observe();
    const placement = place(
      {
        method: preview.method,
        infrastructure: this.#options.defaults.infrastructure,
      },
      // Whether there is room right now matters to the queue, not to the form.
      observed.map(executor => toCapacity(executor, 0)),
    );
    if ('executor' in placement) {
      const executor = observed.find(each => each.id === placement.executor);
      return {
        ...preview,
        executor: placement.executor,
        tool: executor?.status.methods.find(
          method => method.id === preview.method,
        )?.tool,
      };
    }
    const { data } = placement.reason;
    if (!this.#options.methods.get(preview.method) || !('message' in data)) {
      return preview;
    }
    return {
      ...preview,
      problems: [
        ...preview.problems,
        {
          path: '',
          blocking: false,
          message: [data.message, data.hint].filter(Boolean).join(' '),
        },
      ],
    };
  }

  async list(query: BuildQuery): Promise<BuildList> {
    return this.#options.builds.list(query);
  }

  /** @throws NotFoundError */
  async get(id: string): Promise<Build> {
    const build = await this.#options.builds.get(id);
    if (!build) {
      throw noSuchBuild(id);
    }
    return build;
  }

  async #resolve(
    request: BuildRequest,
    credentials: UserCredentials,
    { fresh }: { fresh: boolean },
  ): Promise<ResolvedBuild> {
    const { catalog, methods, sources, registries, defaults } = this.#options;
    const entity = await findEntity(request.entityRef, {
      catalog,
      credentials,
    });
    return resolveBuild({
      request,
      entity,
      methods,
      sources,
      registries,
      defaults,
      fresh,
    });
  }
}
