import {
  createExternalRouteRef,
  createRouteRef,
  createSubRouteRef,
} from '@backstage/core-plugin-api';

/**
 * The Image Factory page.
 *
 * @public
 */
export const rootRouteRef = createRouteRef({ id: 'image-factory' });

/**
 * The list of all builds.
 *
 * @public
 */
export const buildsRouteRef = createSubRouteRef({
  id: 'image-factory/builds',
  parent: rootRouteRef,
  path: '/builds',
});

/**
 * The page of one build.
 *
 * @public
 */
export const buildRouteRef = createSubRouteRef({
  id: 'image-factory/build',
  parent: rootRouteRef,
  path: '/builds/:buildId',
});

/**
 * What runs builds, and what it lacks.
 *
 * @public
 */
export const executorsRouteRef = createSubRouteRef({
  id: 'image-factory/executors',
  parent: rootRouteRef,
  path: '/executors',
});

/**
 * Where the reader finds the components to build; the catalog unless the app
 * binds it elsewhere.
 *
 * @public
 */
export const catalogIndexRouteRef = createExternalRouteRef({
  id: 'image-factory/catalog-index',
  optional: true,
  defaultTarget: 'catalog.catalogIndex',
});
