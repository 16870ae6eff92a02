import {
  createApiFactory,
  createComponentExtension,
  createPlugin,
  createRoutableExtension,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { ImageFactoryClient, imageFactoryApiRef } from './api';
import {
  buildRouteRef,
  buildsRouteRef,
  catalogIndexRouteRef,
  executorsRouteRef,
  rootRouteRef,
} from './routes';

/**
 * Image Factory for the classic frontend system. The new one takes the default
 * export of `/alpha` instead.
 *
 * @public
 */
export const imageFactoryPlugin = createPlugin({
  id: 'image-factory',
  apis: [
    createApiFactory({
      api: imageFactoryApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => ImageFactoryClient.create(deps),
    }),
  ],
  routes: {
    root: rootRouteRef,
    builds: buildsRouteRef,
    build: buildRouteRef,
    executors: executorsRouteRef,
  },
  externalRoutes: { catalogIndex: catalogIndexRouteRef },
});

/**
 * The page with all builds and the executors, for a route of the app such as
 * `/image-factory`.
 *
 * @public
 */
export const ImageFactoryPage = imageFactoryPlugin.provide(
  createRoutableExtension({
    name: 'ImageFactoryPage',
    component: (): Promise<() => JSX.Element> =>
      import('./components/ImageFactoryPage').then(m => m.ImageFactoryPage),
    mountPoint: rootRouteRef,
  }),
);

/**
 * The tab Images of a component: its latest image, its builds, and the button
 * Build image. It belongs at the path `/images` of the entity page, where the
 * pages of builds and {@link useBuildImageMenuItem} lead to.
 *
 * @public
 */
export const EntityImagesContent = imageFactoryPlugin.provide(
  createComponentExtension({
    name: 'EntityImagesContent',
    component: {
      lazy: (): Promise<() => JSX.Element> =>
        import('./components/ImagesTab').then(m => m.ImagesTab),
    },
  }),
);

/**
 * The card of a component's overview: its latest image, its last build, and how
 * the builds before went.
 *
 * @public
 */
export const EntityLatestImageCard = imageFactoryPlugin.provide(
  createComponentExtension({
    name: 'EntityLatestImageCard',
    component: {
      lazy: (): Promise<() => JSX.Element> =>
        import('./components/LatestImageCard').then(m => m.LatestImageCard),
    },
  }),
);
