import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { InputError } from '@backstage/errors';
import { JsonObject } from '@backstage/types';
import {
  BuildPreview,
  BuildProblem,
  BuildRequest,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  BuildConfig,
  BuildMethod,
} from '@image-factory/backstage-plugin-image-factory-node';
import { MethodRegistry, validateParameters } from '../methods';
import { RegistrySettings } from '../registry';
import { describeSource } from '../model';
import { ResolvedSource, Sources } from '../sources';
import { declaredImage, explainNoImage, tenantOf } from './declaredImage';
import { resolveImage } from './resolveImage';
import {
  KnownInfrastructure,
  resolveInfrastructure,
} from './resolveInfrastructure';
import { resolveSource } from './resolveSource';

/** What a request is made a build with. */
export type BuildDefaults = {
  infrastructure: string;
  timeoutSeconds: number;
  maxTimeoutSeconds: number;
};

/** How a request's source is looked at. */
export type SourceLook = 'fresh' | 'remembered' | 'unasked';

/** What a request would become. */
export type ResolvedBuild = {
  preview: BuildPreview;
  /** Present where no problem blocks the build. */
  ready?: { config: BuildConfig; method: BuildMethod; sourceLocation: string };
  /** Whether all that blocks it is that its source could not be asked for. */
  unavailable?: boolean;
};

/**
 * Makes a build out of a request and its entity: defaults filled in, all
 * problems found at once. Stores nothing and starts nothing.
 *
 * @throws InputError where the entity is not buildable at all
 */
export async function resolveBuild(options: {
  request: BuildRequest;
  entity: Entity;
  methods: MethodRegistry;
  sources: Sources;
  registries: RegistrySettings[];
  defaults: BuildDefaults;
  known: KnownInfrastructure;
  /** `fresh` asks hosts anew, for a build that is to be stored; `unasked` looks at no source, for whoever is not to know it. */
  look: SourceLook;
}): Promise<ResolvedBuild> {
  const { request, entity, methods, sources, registries, defaults, known } =
    options;
  const entityRef = stringifyEntityRef(entity);
  const declared = declaredImage(entity, request.imageName);
  if (!declared) {
    throw new InputError(explainNoImage(entity, request.imageName));
  }

  const problems: BuildProblem[] = [];
  const block = (path: string, message: string) =>
    problems.push({ path, message, blocking: true });

  const source =
    options.look === 'unasked'
      ? undefined
      : await resolveSource({
          entity,
          ref: request.ref,
          sources,
          fresh: options.look === 'fresh',
        });
  if (source && !source.ok) block(source.path ?? '', source.problem);

  const tenant = tenantOf(entity);
  const image = resolveImage({
    image: request.image ?? declared.image,
    tags: request.tags,
    tenant,
    registries,
    commit: commitOf(source),
  });
  if ('problems' in image) {
    image.problems.forEach(problem => block(problem.path, problem.message));
  }

  const timeoutSeconds = request.timeoutSeconds ?? defaults.timeoutSeconds;
  if (timeoutSeconds > defaults.maxTimeoutSeconds) {
    block(
      '/timeoutSeconds',
      `A build may run ${inMinutes(
        defaults.maxTimeoutSeconds,
      )} at most. Ask for less; where that is too little, a portal admin can raise imageFactory.builds.maxTimeout.`,
    );
  }

  const methodId = request.method ?? declared.method;
  const method = methods.get(methodId);
  let parameters: JsonObject = request.parameters ?? {};
  if (!method) {
    const methodIds = methods.list().map(each => each.id);
    block(
      '/method',
      `There is no build method ${JSON.stringify(
        methodId,
      )}. Choose one of: ${methodIds.join(', ')}.`,
    );
  } else {
    const valid = validateParameters(method, parameters);
    let found = 'problems' in valid ? valid.problems : [];
    if ('parameters' in valid) {
      parameters = valid.parameters;
      if (source?.ok) {
        const view = await sources.view(source.source);
        found = await method.validate(parameters, view);
      }
    }
    found.forEach(problem =>
      block(`/parameters${problem.path}`, problem.message),
    );
  }

  let infrastructure =
    request.infrastructure ??
    declared.infrastructure ??
    defaults.infrastructure;
  const configOf = (settled: {
    source: BuildConfig['source'];
    target: BuildConfig['image'];
  }): BuildConfig => ({
    entityRef,
    imageName: declared.name,
    tenant,
    method: methodId,
    infrastructure,
    source: settled.source,
    image: settled.target,
    parameters,
    platforms: [],
    timeoutSeconds,
  });
  if (source?.ok && 'target' in image) {
    const resolved = resolveInfrastructure({
      asked: infrastructure,
      known,
      source: source.source,
      image: image.target,
      platformStrategy:
        problems.length === 0
          ? method?.needs(
              configOf({ source: source.source, target: image.target }),
            ).platformStrategy
          : undefined,
    });
    if ('problem' in resolved) block('/infrastructure', resolved.problem);
    else infrastructure = resolved.infrastructure;
  }

  const preview: BuildPreview = {
    entityRef,
    imageName: declared.name,
    image: request.image ?? declared.image,
    method: methodId,
    tenant,
    parameters,
    timeoutSeconds,
    infrastructure,
    problems,
  };
  if ('target' in image) {
    preview.image = image.target.reference;
    preview.target = image.target.delivery;
  }
  if (source?.ok) {
    preview.source = describeSource(source.source, source.location);
  }
  if (problems.length > 0 || !method || !('target' in image) || !source?.ok) {
    const unavailable =
      source?.ok === false && source.unavailable && problems.length === 1;
    return { preview, unavailable };
  }
  const config = configOf({ source: source.source, target: image.target });
  return {
    preview,
    ready: {
      method,
      sourceLocation: source.location,
      // Told by the method once and stored, so that all that comes later has the same: templates that take platforms, and a rebuild after the method has changed its mind.
      config: { ...config, platforms: method.needs(config).platforms },
    },
  };
}

/** A limit below a minute has no number of minutes that is no more than it. */
function inMinutes(seconds: number): string {
  return seconds < 60
    ? `${seconds} seconds`
    : `${Math.floor(seconds / 60)} minutes`;
}

function commitOf(source: ResolvedSource | undefined): string | undefined {
  return source?.ok && source.source.type === 'git'
    ? source.source.commit
    : undefined;
}
