import '@backstage/cli/asset-types';
import { createDevApp } from '@backstage/dev-utils';
import { defaultConfigLoader } from '@backstage/core-app-api';
import {
  createApiFactory,
  discoveryApiRef,
  fetchApiRef,
} from '@backstage/core-plugin-api';
import { catalogApiRef } from '@backstage/plugin-catalog-react';
import {
  ImageFactoryPage,
  imageFactoryApiRef,
  imageFactoryPlugin,
} from '../src';
import { BackendCatalog } from './BackendCatalog';
import {
  ComponentPage,
  ComponentsPage,
  devCatalogPlugin,
} from './catalogPages';
import { ScriptedBanner } from './ScriptedBanner';
import { ScriptedCatalog } from './ScriptedCatalog';
import { ScriptedImageFactoryApi } from './ScriptedImageFactoryApi';

/**
 * The classic entry of the plugin in an app of its own: on the backend of
 * app-config.yaml where one answers, on scripted data where none does.
 */
async function start() {
  const baseUrl = await backendBaseUrl();
  const app = createDevApp()
    .registerPlugin(devCatalogPlugin, imageFactoryPlugin)
    .addPage({ path: '/', title: 'Components', element: <ComponentsPage /> })
    .addPage({
      path: '/catalog/:namespace/:kind/:name',
      element: <ComponentPage />,
    })
    .addPage({
      path: '/image-factory',
      title: 'Image Factory',
      element: <ImageFactoryPage />,
    });
  if (await answers(baseUrl)) {
    enterAsGuest({ checked: true });
    app.registerApi(
      createApiFactory({
        api: catalogApiRef,
        deps: { discoveryApi: discoveryApiRef, fetchApi: fetchApiRef },
        factory: deps => BackendCatalog.create(deps),
      }),
    );
  } else {
    enterAsGuest({ checked: false });
    app
      .registerApi(createApiFactory(catalogApiRef, ScriptedCatalog.create()))
      .registerApi(
        createApiFactory(imageFactoryApiRef, ScriptedImageFactoryApi.create()),
      )
      .addRootChild(<ScriptedBanner key="scripted" backend={baseUrl} />);
  }
  app.render();
}

/** Where app-config.yaml says that the backend is. */
async function backendBaseUrl(): Promise<string> {
  const configs = await defaultConfigLoader();
  return configs
    .map(({ data }) => data.backend as { baseUrl?: string } | undefined)
    .reduce((url, backend) => backend?.baseUrl ?? url, 'http://localhost:7007');
}

async function answers(baseUrl: string): Promise<boolean> {
  try {
    // What it says is not readable from here before anybody has signed in.
    await fetch(`${baseUrl}/.backstage/health/v1/readiness`, {
      mode: 'no-cors',
    });
    return true;
  } catch {
    return false;
  }
}

/**
 * Spares the developer the sign-in page of the framework, which remembers in
 * these places who has chosen what on it.
 */
function enterAsGuest(options: { checked: boolean }) {
  localStorage.setItem('@backstage/core:SignInPage:provider', 'guest');
  if (options.checked) {
    localStorage.removeItem('enableLegacyGuestToken');
  } else {
    localStorage.setItem('enableLegacyGuestToken', 'true');
  }
}

start();
