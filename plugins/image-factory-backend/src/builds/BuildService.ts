import { LoggerService } from '@backstage/backend-plugin-api';
import { Entity } from '@backstage/catalog-model';
import { InputError, ServiceUnavailableError } from '@backstage/errors';
import {
  Build,
  BuildPreview,
  BuildRequest,
  RebuildRequest,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  BuildMethod,
  PinnedTemplate,
} from '@image-factory/backstage-plugin-image-factory-node';
import { BuildStore, NewBuild, TemplateStore } from '../database';
import {
  ExecutorMonitor,
  ObservedExecutor,
  OnBuildChange,
  toCapacity,
} from '../dispatcher';
import { ExecutorRegistry } from '../executors';
import { MethodRegistry } from '../methods';
import { placementKey } from '../model';
import { place } from '../planner';
import { RegistrySettings } from '../registry';
import { Sources } from '../sources';
import { askPreflight } from './askPreflight';
import { noSuchBuild } from './noSuchBuild';
import { ownersOf } from './ownersOf';
import {
  BuildDefaults,
  ResolvedBuild,
  SourceLook,
  resolveBuild,
} from './resolveBuild';
import { resolveImage } from './resolveImage';
import { toIdempotencyKey } from './toIdempotencyKey';
import { UserCredentials } from './userCredentials';

/** What a {@link BuildService} works with. */
export type BuildServiceOptions = {
  builds: BuildStore;
  methods: MethodRegistry;
  sources: Sources;
  templates: TemplateStore;
  registries: RegistrySettings[];
  monitor: ExecutorMonitor;
  executors: ExecutorRegistry;
  defaults: BuildDefaults;
  maxAttempts: number;
  /** Hints to the dispatcher that there is something to claim. */
  wake: () => void;
  onChange: OnBuildChange;
  logger: LoggerService;
};

/** Which build is to be built again, and how. */
export type RebuildOf = RebuildRequest & { rebuildOf: string };

/** Makes builds. Who may have them made is asked in AuthorizedBuilds, before. */
export class BuildService {
  readonly #options: BuildServiceOptions;

  static create(options: BuildServiceOptions): BuildService {
    return new BuildService(options);
  }

  private constructor(options: BuildServiceOptions) {
    this.#options = options;
  }

  /**
   * The build that the same request has made under the same key, whatever has
   * become of its entity since.
   *
   * @throws ConflictError where the key was used for another request
   */
  async submitted(
    request: BuildRequest | RebuildOf,
    credentials: UserCredentials,
    idempotencyKey: string | undefined,
  ): Promise<Build | undefined> {
    const idempotency = toIdempotencyKey(idempotencyKey, request, credentials);
    return idempotency && this.#options.builds.byKey(idempotency);
  }

  /**
   * Stores a build of an entity, or nothing. Two of the same request under the
   * same key that come at once get the same build.
   *
   * @throws InputError that names every problem of the request
   * @throws ServiceUnavailableError where there is none, but the host of its sources does not answer
   * @throws ConflictError where the key was used for another request
   */
  async submit(
    request: BuildRequest,
    entity: Entity,
    credentials: UserCredentials,
    options: {
      idempotencyKey?: string;
      /** What the key is for where that is not the request itself. */
      rebuild?: RebuildOf;
    } = {},
  ): Promise<Build> {
    const { maxAttempts } = this.#options;
    const idempotency = toIdempotencyKey(
      options.idempotencyKey,
      options.rebuild ?? request,
      credentials,
    );
    const { preview, ready, unavailable } = await this.#resolve(
      request,
      entity,
      'fresh',
    );
    if (!ready) {
      const message = preview.problems
        .map(problem => problem.message)
        .join(' ');
      throw unavailable
        ? new ServiceUnavailableError(message)
        : new InputError(message);
    }
    const { method, sourceLocation } = ready;
    const config = {
      ...ready.config,
      template: await this.#pinTemplate(method),
    };
    return this.#create({
      config,
      sourceLocation,
      entityOwners: ownersOf(entity),
      placementKey: placementKey({
        infrastructure: config.infrastructure,
        method: config.method,
        needs: method.needs(config),
      }),
      createdBy: credentials.principal.userEntityRef,
      maxAttempts,
      status: request.start === false ? 'pending' : 'queued',
      request,
      rebuildOf: options.rebuild?.rebuildOf,
      idempotency,
    });
  }

  /**
   * Submits a new build from the inputs of an old one: as they were, or with
   * everything but what was asked for taken from the entity again.
   *
   * @throws NotFoundError for a build that is not there
   * @throws InputError where the entity or the method no longer allows it
   */
  async rebuild(
    rebuild: RebuildOf,
    entity: Entity,
    credentials: UserCredentials,
    options: { idempotencyKey?: string } = {},
  ): Promise<Build> {
    const { rebuildOf: id, mode } = rebuild;
    const { builds, methods, registries } = this.#options;
    const inputs = await builds.inputs(id);
    if (!inputs) throw noSuchBuild(id);
    // Held once is no reason to hold it again.
    const request: BuildRequest = { ...inputs.request, start: true };
    if (mode === 'latest') {
      return this.submit(request, entity, credentials, { ...options, rebuild });
    }
    const { method, tenant, image } = inputs.config;
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
      entityOwners: ownersOf(entity),
      createdBy: credentials.principal.userEntityRef,
      maxAttempts: this.#options.maxAttempts,
      status: 'queued',
      request,
      rebuildOf: id,
      idempotency: toIdempotencyKey(
        options.idempotencyKey,
        rebuild,
        credentials,
      ),
    });
  }

  /** The version of the template that the build runs by on a cluster, whatever the default is then. */
  async #pinTemplate({ id }: BuildMethod): Promise<PinnedTemplate | undefined> {
    const template = await this.#options.templates.defaultOf(id);
    return (
      template && {
        id: template.id,
        name: template.name,
        version: template.version,
        digest: template.digest,
      }
    );
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
   * @param requestedBy - who would ask for it; undefined where nothing of its sources may be told
   * @throws InputError for an entity that is not buildable
   */
  async preview(
    request: BuildRequest,
    entity: Entity,
    requestedBy: string | undefined,
  ): Promise<BuildPreview> {
    const { monitor, defaults, executors } = this.#options;
    const { preview, ready } = await this.#resolve(
      request,
      entity,
      requestedBy === undefined ? 'unasked' : 'remembered',
    );
    const observed = await monitor.observe();
    const build = {
      tenant: preview.tenant,
      method: preview.method,
      infrastructure: preview.infrastructure ?? defaults.infrastructure,
    };
    const placement = place(
      build,
      // Whether there is room right now matters to the queue, not to the form.
      observed.map(executor => toCapacity(executor, 0, [build])),
    );
    if (!('executor' in placement)) {
      const { data } = placement.reason;
      return this.#options.methods.get(preview.method) && 'message' in data
        ? warn(preview, [[data.message, data.hint].filter(Boolean).join(' ')])
        : preview;
    }
    const chosen = observed.find(each => each.id === placement.executor);
    const placed: BuildPreview = {
      ...preview,
      executor: placement.executor,
      tool: chosen?.status.methods.find(({ id }) => id === preview.method)
        ?.tool,
    };
    if (!ready || requestedBy === undefined) return placed;
    const { problems, requests } = await askPreflight({
      executor: executors.get(placement.executor),
      config: ready.config,
      requestedBy,
      logger: this.#options.logger,
    });
    return warn({ ...placed, requests }, problems);
  }

  async #resolve(
    request: BuildRequest,
    entity: Entity,
    look: SourceLook,
  ): Promise<ResolvedBuild> {
    const { methods, sources, registries, defaults } = this.#options;
    const observed = await this.#options.monitor.observe();
    return resolveBuild({
      request,
      entity,
      methods,
      sources,
      registries,
      defaults,
      known: { executors: observed.map(toKnown) },
      look,
    });
  }
}

/** What stands in the way of a build that may be submitted all the same. */
function warn(preview: BuildPreview, messages: string[]): BuildPreview {
  return {
    ...preview,
    problems: [
      ...preview.problems,
      ...messages.map(message => ({ path: '', blocking: false, message })),
    ],
  };
}

function toKnown({ id, status }: ObservedExecutor) {
  return { id, type: status.type };
}
