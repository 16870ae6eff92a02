import { RESOURCE_TYPE_CATALOG_ENTITY } from '@backstage/plugin-catalog-common/alpha';
import { createPermission } from '@backstage/plugin-permission-common';

/**
 * The type of the resource that permissions on one build are about.
 *
 * @public
 */
export const RESOURCE_TYPE_IMAGE_BUILD = 'image-build';

/**
 * To build images of a catalog entity, and to preview such a build. It is a
 * permission on the entity, so that conditions of the catalog such as
 * `isEntityOwner` govern it. Whoever builds has to belong to the tenant of the
 * entity as well.
 *
 * @public
 */
export const imageBuildCreatePermission = createPermission({
  name: 'image-factory.build.create',
  attributes: { action: 'create' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/**
 * To see a build and all that belongs to it: steps, logs, artifacts, metrics,
 * history. Lists of builds hold what it grants.
 *
 * @public
 */
export const imageBuildReadPermission = createPermission({
  name: 'image-factory.build.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_IMAGE_BUILD,
});

/**
 * To cancel a build.
 *
 * @public
 */
export const imageBuildCancelPermission = createPermission({
  name: 'image-factory.build.cancel',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_IMAGE_BUILD,
});

/**
 * To queue a build that is there already: to retry one that is over, and to
 * start one that is held. Rebuilding makes a new build, and needs
 * {@link imageBuildCreatePermission} on the entity and
 * {@link imageBuildReadPermission} on the old build instead.
 *
 * @public
 */
export const imageBuildRetryPermission = createPermission({
  name: 'image-factory.build.retry',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_IMAGE_BUILD,
});

/**
 * To see what runs builds: executors with their tools, paths and capacity, and
 * the namespaces of tenants on clusters with what is missing there. For those who
 * run the portal; building needs it not.
 *
 * @public
 */
export const imageFactoryExecutorReadPermission = createPermission({
  name: 'image-factory.executor.read',
  attributes: { action: 'read' },
});

/**
 * All permissions of Image Factory.
 *
 * @public
 */
export const imageFactoryPermissions = [
  imageBuildCreatePermission,
  imageBuildReadPermission,
  imageBuildCancelPermission,
  imageBuildRetryPermission,
  imageFactoryExecutorReadPermission,
];
