/**
 * Image Factory for the new frontend system.
 *
 * @packageDocumentation
 */
import {
  ApiBlueprint,
  NotFoundErrorPage,
  PageBlueprint,
  SubPageBlueprint,
  coreExtensionData,
  createFrontendPlugin,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/frontend-plugin-api';
import {
  EntityCardBlueprint,
  EntityContentBlueprint,
  EntityContextMenuItemBlueprint,
  EntityIconLinkBlueprint,
} from '@backstage/plugin-catalog-react/alpha';
import { RiBox3Line } from '@remixicon/react';
import { isImageFactoryAvailable } from '@image-factory/backstage-plugin-image-factory-common';
import { ImageFactoryClient, imageFactoryApiRef } from './api';
import {
  useBuildImageLink,
  useBuildImageMenuItem,
} from './components/BuildImageMenuItem';
import { KnownPaths } from './components/KnownPaths';
import { IMAGES_TAB_PATH } from './imagesTabPath';
import {
  buildRouteRef,
  buildsRouteRef,
  catalogIndexRouteRef,
  executorsRouteRef,
  rootRouteRef,
} from './routes';

const imageFactoryApi = ApiBlueprint.make({
  params: defineParams =>
    defineParams({
      api: imageFactoryApiRef,
      deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
      factory: deps => ImageFactoryClient.create(deps),
    }),
});

const imageFactoryPage = PageBlueprint.makeWithOverrides({
  factory(originalFactory, { inputs }) {
    const page = originalFactory({
      path: '/image-factory',
      title: 'Image Factory',
      routeRef: rootRouteRef,
    });
    const { reactElement, routePath } = coreExtensionData;
    // The framework leaves the page empty at an address that none of its parts has.
    return [
      ...[...page].filter(({ id }) => id !== reactElement.id),
      reactElement(
        <KnownPaths
          paths={inputs.pages.map(part => part.get(routePath))}
          notFound={<NotFoundErrorPage />}
        >
          {page.get(reactElement)}
        </KnownPaths>,
      ),
    ];
  },
});

const buildsSubPage = SubPageBlueprint.make({
  name: 'builds',
  params: {
    path: 'builds',
    title: 'Builds',
    loader: async () => {
      const { BuildsRouter } = await import('./components/BuildsPage');
      return <BuildsRouter />;
    },
  },
});

const executorsSubPage = SubPageBlueprint.make({
  name: 'executors',
  params: {
    path: 'executors',
    title: 'Executors',
    loader: async () => {
      const { ExecutorsPage } = await import('./components/ExecutorsPage');
      return <ExecutorsPage />;
    },
  },
});

const imagesEntityContent = EntityContentBlueprint.make({
  name: 'images',
  params: {
    path: IMAGES_TAB_PATH,
    title: 'Images',
    icon: <RiBox3Line />,
    filter: isImageFactoryAvailable,
    loader: async () => {
      const { ImagesTab } = await import('./components/ImagesTab');
      return <ImagesTab />;
    },
  },
});

const latestImageEntityCard = EntityCardBlueprint.make({
  name: 'latest-image',
  params: {
    type: 'info',
    filter: isImageFactoryAvailable,
    loader: async () => {
      const { LatestImageCard } = await import('./components/LatestImageCard');
      return <LatestImageCard />;
    },
  },
});

const buildImageContextMenuItem = EntityContextMenuItemBlueprint.make({
  name: 'build-image',
  params: {
    icon: <RiBox3Line size={16} />,
    filter: isImageFactoryAvailable,
    useProps: () => {
      // What is not told here becomes an attribute of the item.
      const { title, disabled, onClick } = useBuildImageMenuItem();
      return { title, disabled, onClick };
    },
  },
});

const buildImageIconLink = EntityIconLinkBlueprint.make({
  name: 'build-image',
  params: {
    filter: isImageFactoryAvailable,
    useProps: useBuildImageLink,
  },
});

/**
 * The Image Factory plugin: a page with builds and executors; and on every
 * component that declares an image the tab Images, the card of its latest
 * image, and the ways to build it.
 *
 * @public
 */
export default createFrontendPlugin({
  pluginId: 'image-factory',
  title: 'Image Factory',
  icon: <RiBox3Line />,
  info: { packageJson: () => import('../package.json') },
  routes: {
    root: rootRouteRef,
    builds: buildsRouteRef,
    build: buildRouteRef,
    executors: executorsRouteRef,
  },
  externalRoutes: { catalogIndex: catalogIndexRouteRef },
  extensions: [
    imageFactoryApi,
    imageFactoryPage,
    buildsSubPage,
    executorsSubPage,
    imagesEntityContent,
    latestImageEntityCard,
    buildImageContextMenuItem,
    buildImageIconLink,
  ],
});
