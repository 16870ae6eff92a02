import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { Entity, parseEntityRef } from '@backstage/catalog-model';
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
  let reference;
  try {
    reference = parseEntityRef(entityRef, {
      defaultKind: 'component',
      defaultNamespace: 'default',
    });
  } catch {
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

/** Its database may be away, or it cannot be reached at all; what it refuses is for the one who asks. */
function isOfTheCatalog(error: unknown): boolean {
  const { statusCode, name } = error as { statusCode?: number; name?: string };
  return statusCode === undefined ? name === 'TypeError' : statusCode >= 500;
}
