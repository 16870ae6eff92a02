import { Route } from 'react-router-dom';
import { FlatRoutes } from '@backstage/core-app-api';
import {
  TestApiProvider,
  renderInTestApp,
  textContentMatcher,
} from '@backstage/test-utils';
import {
  EntityProvider,
  catalogApiRef,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { permissionApiRef } from '@backstage/plugin-permission-react';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import {
  EntityImagesContent,
  EntityLatestImageCard,
  ImageFactoryPage,
  imageFactoryApiRef,
  imageFactoryPlugin,
} from '.';
import {
  FakeImageFactoryApi,
  aBuild,
  aComponent,
  denying,
} from './__testUtils__';

const ENTITY_PATH = '/catalog/:namespace/:kind/:name';

async function renderClassic(
  element: JSX.Element,
  api: FakeImageFactoryApi,
  path = '/image-factory',
) {
  await renderInTestApp(
    <TestApiProvider
      apis={[
        [imageFactoryApiRef, api],
        [catalogApiRef, catalogApiMock()],
        [permissionApiRef, denying()],
      ]}
    >
      {element}
    </TestApiProvider>,
    {
      routeEntries: [path],
      mountedRoutes: { [ENTITY_PATH]: entityRouteRef },
    },
  );
}

/** As an app mounts the page. */
const page = (
  <FlatRoutes>
    <Route path="/image-factory" element={<ImageFactoryPage />} />
  </FlatRoutes>
);

function onEntity(element: JSX.Element) {
  return (
    <>
      {/* Mounts the routes that the parts on an entity lead to. */}
      <div hidden>{page}</div>
      <EntityProvider entity={aComponent()}>{element}</EntityProvider>
    </>
  );
}

function aCompletedBuild() {
  const api = new FakeImageFactoryApi();
  api.builds = [
    aBuild({
      status: 'completed',
      startedAt: '2026-01-02T03:04:05.000Z',
      finishedAt: '2026-01-02T03:04:17.000Z',
    }),
  ];
  return api;
}

// Each page is loaded when it is first shown, and Jest compiles it only then.
const whenLoaded = { timeout: 50_000 };
jest.setTimeout(60_000);

describe('the plugin in the classic frontend system, on a fake API', () => {
  it('has the client of the backend', () => {
    expect([...imageFactoryPlugin.getApis()].map(({ api }) => api.id)).toEqual([
      imageFactoryApiRef.id,
    ]);
  });

  it('leads from its page to builds, to a build, and to the executors', async () => {
    await renderClassic(page, aCompletedBuild());
    expect(
      await screen.findByRole('heading', { name: 'Image Factory' }, whenLoaded),
    ).toBeInTheDocument();
    await userEvent.click(await screen.findByRole('link', { name: '#1' }));
    expect(
      await screen.findByRole('heading', { name: 'Build #1' }),
    ).toBeInTheDocument();
    await userEvent.click(screen.getByRole('tab', { name: 'Executors' }));
    expect(
      await screen.findByText('No executor is registered'),
    ).toBeInTheDocument();
    await userEvent.click(screen.getByRole('tab', { name: 'Builds' }));
    expect(
      await screen.findByRole('search', { name: 'Filters' }),
    ).toBeInTheDocument();
  });

  it('has the app say of an address below its page that there is nothing', async () => {
    // The test app's page for that throws.
    await expect(
      renderClassic(page, aCompletedBuild(), '/image-factory/nothing'),
    ).rejects.toThrow('Reached NotFound Page');
  });

  it('has the tab of a component', async () => {
    await renderClassic(onEntity(<EntityImagesContent />), aCompletedBuild());
    await userEvent.click(
      await screen.findByRole('button', { name: 'Build image' }, whenLoaded),
    );
    expect(
      await screen.findByRole('dialog', { name: 'Build image' }),
    ).toBeInTheDocument();
  });

  it('has the card of a component', async () => {
    await renderClassic(onEntity(<EntityLatestImageCard />), aCompletedBuild());
    expect(
      await screen.findByText(
        textContentMatcher('1 of 1 completed · usually 12 s'),
        {},
        whenLoaded,
      ),
    ).toBeInTheDocument();
  });
});
