import { createRouteRef } from '@backstage/core-plugin-api';
import {
  PageBlueprint,
  createFrontendPlugin,
} from '@backstage/frontend-plugin-api';
import { renderTestApp } from '@backstage/frontend-test-utils';
import { createTestEntityPage } from '@backstage/plugin-catalog-react/testUtils';
import { screen } from '@testing-library/react';
import plugin from './alpha';
import { imageFactoryApiRef } from './api';
import { FakeImageFactoryApi } from './__testUtils__';

function renderEntity(annotations: Record<string, string>) {
  return renderTestApp({
    apis: [[imageFactoryApiRef, new FakeImageFactoryApi()]],
    features: [plugin],
    extensions: [
      createTestEntityPage({
        entity: {
          apiVersion: 'backstage.io/v1alpha1',
          kind: 'Component',
          metadata: { name: 'hello-site', namespace: 'default', annotations },
        },
      }),
    ],
  });
}

// Each page is loaded when it is first shown, and Jest compiles it only then.
const whenLoaded = { timeout: 50_000 };
jest.setTimeout(60_000);

describe('the plugin in the new frontend system, on a fake API', () => {
  it('offers to build the image of a component that declares one', async () => {
    renderEntity({ 'image-factory.io/image': 'hello-site' });
    expect(
      await screen.findByRole('button', { name: 'Build image' }, whenLoaded),
    ).toBeInTheDocument();
    expect(await screen.findByText('No builds yet')).toBeInTheDocument();
  });

  it('shows the card of the latest image on the same components', async () => {
    renderEntity({ 'image-factory.io/image': 'hello-site' });
    expect(
      await screen.findByRole('heading', { name: 'Latest image' }, whenLoaded),
    ).toBeInTheDocument();
    expect(
      await screen.findByRole('link', { name: 'Build the first image' }),
    ).toBeInTheDocument();
  });

  it('offers nothing to a component that declares no image', async () => {
    renderEntity({});
    expect(
      await screen.findByTestId('empty-entity-page', {}, whenLoaded),
    ).toBeInTheDocument();
  });

  it('leads from the page of the plugin to builds and executors', async () => {
    renderTestApp({
      apis: [[imageFactoryApiRef, new FakeImageFactoryApi()]],
      features: [plugin],
      initialRouteEntries: ['/image-factory'],
    });
    expect(
      await screen.findByText('No builds yet', {}, whenLoaded),
    ).toBeInTheDocument();
    expect(screen.getByRole('tab', { name: 'Executors' })).toBeInTheDocument();
  });

  it('says of an address below its page that there is nothing', async () => {
    renderTestApp({
      apis: [[imageFactoryApiRef, new FakeImageFactoryApi()]],
      features: [plugin],
      initialRouteEntries: ['/image-factory/nothing'],
    });
    expect(
      await screen.findByText(/404|not found/i, {}, whenLoaded),
    ).toBeInTheDocument();
  });

  it('leads to the catalog wherever the app has put it', async () => {
    const catalogIndex = createRouteRef({ id: 'catalog' });
    const catalog = createFrontendPlugin({
      pluginId: 'catalog',
      routes: { catalogIndex },
      extensions: [
        PageBlueprint.make({
          params: {
            path: '/components',
            routeRef: catalogIndex,
            loader: async () => <>Components</>,
          },
        }),
      ],
    });
    renderTestApp({
      apis: [[imageFactoryApiRef, new FakeImageFactoryApi()]],
      features: [plugin, catalog],
      initialRouteEntries: ['/image-factory'],
    });
    expect(
      await screen.findByRole('link', { name: 'Open the catalog' }, whenLoaded),
    ).toHaveAttribute('href', '/components');
  });
});
