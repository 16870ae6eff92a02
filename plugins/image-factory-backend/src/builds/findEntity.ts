import { BackstageCredentials } from '@backstage/backend-plugin-api';
import {
  CompoundEntityRef,
  Entity,
  parseEntityRef,
} from '@backstage/catalog-model';
import {
  InputError,
  NotFoundError,
  ServiceUnavailableError,
} from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { UserCredentials } from './userCredentials';

/**
 * The entity of a reference, as the user may see it.
 *
 * @throws InputError for what is no reference
 * @throws NotFoundError
 * @throws ServiceUnavailableError where the catalog has a trouble of its own
 */
export async function findEntity(
  entityRef: string,
  options: { catalog: CatalogService; credentials: UserCredentials },
): Promise<Entity> {
  const entity = await lookUpEntity(entityRef, options);
  if (!entity) {
    throw new NotFoundError(
      `The catalog has no entity ${entityRef} that you may see. Check its spelling, or register it in the catalog first.`,
    );
  }
  return entity;
}

/**
 * The same, as whoever asks may see it; undefined where there is none such.
 *
 * @throws InputError for what is no reference
 * @throws ServiceUnavailableError where the catalog has a trouble of its own
 */
export async function lookUpEntity(
  entityRef: string,
  options: { catalog: CatalogService; credentials: BackstageCredentials },
): Promise<Entity | undefined> {
  const { catalog, credentials } = options;
  const reference = readReference(entityRef);
  if (!reference) {
    throw new InputError(
      `${JSON.stringify(
        entityRef,
      )} is not an entity reference. Write it as kind:namespace/name, such as component:default/hello-site.`,
    );
  }
  return catalog.getEntityByRef(reference, { credentials }).catch(error => {
    throw isOfTheCatalog(error)
      ? new ServiceUnavailableError(
          `The catalog does not answer right now, so ${entityRef} could not be looked up. Try again in a moment.`,
          error,
        )
      : error;
  });
}

function readReference(entityRef: string): CompoundEntityRef | undefined {
  try {
    const reference = parseEntityRef(entityRef, {
      defaultKind: 'component',
      defaultNamespace: 'default',
    });
    // Each becomes a part of the path that the catalog is asked by.
    return Object.values(reference).some(isNoName) ? undefined : reference;
  } catch {
    return undefined;
  }
}

/** A catalog may have rules of its own for names, yet takes none of these. */
function isNoName(part: string): boolean {
  return /^\.{1,2}$|[\p{Cc}\p{Cs}]/u.test(part);
}

/** Its database may be away, or it cannot be reached at all; what it refuses is for the one who asks. */
function isOfTheCatalog(error: unknown): boolean {
  const { statusCode, name } = error as { statusCode?: number; name?: string };
  return statusCode === undefined ? name === 'TypeError' : statusCode >= 500;
}
