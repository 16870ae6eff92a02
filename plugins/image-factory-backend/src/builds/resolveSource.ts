import {
  ANNOTATION_LOCATION,
  ANNOTATION_ORIGIN_LOCATION,
  Entity,
  parseLocationRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { CatalogLocation, ResolvedSource, Sources } from '../sources';
import { isLoadedFromFile, sourceLocation } from './declaredImage';

/** Finds where the sources of an entity are, and which of them a request means. */
export async function resolveSource(options: {
  entity: Entity;
  /** As the request has it. */
  ref: string | undefined;
  sources: Sources;
  /** Asks the host, however lately it was asked. */
  fresh: boolean;
}): Promise<ResolvedSource> {
  const { entity, ref, sources, fresh } = options;
  const entityRef = stringifyEntityRef(entity);
  const fail = (problem: string) => ({ ok: false as const, problem });
  const location = sourceLocation(entity);
  if (!location) {
    return fail(
      `${entityRef} says nowhere where its sources are. Add the annotation backstage.io/source-location to its catalog-info.yaml.`,
    );
  }
  const { type, target } = location;
  if (type === 'url') {
    return sources.resolve({
      type,
      target,
      ref,
      fresh,
      readFrom: {
        location: catalogLocation(entity, ANNOTATION_LOCATION),
        origin: catalogLocation(entity, ANNOTATION_ORIGIN_LOCATION),
      },
    });
  }
  if (type !== 'file' && type !== 'dir') {
    return fail(
      `The sources of ${entityRef} are at a location of type ${type}, and only git repositories (type url) and directories of the portal's machine can be built from. Correct the annotation backstage.io/source-location in its catalog-info.yaml.`,
    );
  }
  if (!isLoadedFromFile(entity)) {
    return fail(
      `${entityRef} was not loaded from a file of the portal's machine, so it cannot have its sources there. Point its annotation backstage.io/source-location to where they are.`,
    );
  }
  if (ref !== undefined) {
    return {
      ok: false,
      path: '/ref',
      problem: `The sources of ${entityRef} are a directory, which has no branches and tags. Leave ref out.`,
    };
  }
  return sources.resolve({ type, target });
}

function catalogLocation(
  entity: Entity,
  annotation: string,
): CatalogLocation | undefined {
  try {
    return parseLocationRef(entity.metadata.annotations?.[annotation] ?? '');
  } catch {
    // It throws where the annotation is absent or no location.
    return undefined;
  }
}
