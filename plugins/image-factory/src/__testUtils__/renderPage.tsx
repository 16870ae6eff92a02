import { ReactElement } from 'react';
import { renderInTestApp } from '@backstage/frontend-test-utils';
import {
  IdentityApi,
  fetchApiRef,
  identityApiRef,
} from '@backstage/core-plugin-api';
import { Entity } from '@backstage/catalog-model';
import {
  EntityProvider,
  catalogApiRef,
  entityRouteRef,
} from '@backstage/plugin-catalog-react';
import { catalogApiMock } from '@backstage/plugin-catalog-react/testUtils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  PermissionApi,
  permissionApiRef,
} from '@backstage/plugin-permission-react';
import { SignalApi, signalApiRef } from '@backstage/plugin-signals-react';
import { JsonObject } from '@backstage/types';
import { BuildsSignal } from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../api';
import { rootRouteRef } from '../routes';
import { FakeImageFactoryApi } from './FakeImageFactoryApi';

/** Signals that a test sends itself. */
export class ManualSignals implements SignalApi {
  readonly #listeners = new Set<(message: BuildsSignal & JsonObject) => void>();

  subscribe<TMessage extends JsonObject>(
    _channel: string,
    onMessage: (message: TMessage) => void,
  ) {
    const listener = (message: BuildsSignal & JsonObject) =>
      onMessage(message as unknown as TMessage);
    this.#listeners.add(listener);
    return { unsubscribe: () => this.#listeners.delete(listener) };
  }

  send(signal: BuildsSignal) {
    this.#listeners.forEach(listener => listener({ ...signal }));
  }
}

/**
 * Denies permissions by name and allows all others. The hook that asks keeps
 * answers for as long as a test file runs, so a test that denies something on a
 * build or an entity gives that a name of its own.
 */
export function denying(...names: string[]): PermissionApi {
  return {
    authorize: async ({ permission }) => ({
      result: names.includes(permission.name)
        ? AuthorizeResult.DENY
        : AuthorizeResult.ALLOW,
    }),
  };
}

/** A component that declares an image. */
export function aComponent(name = 'hello-site'): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      namespace: 'default',
      annotations: { 'image-factory.io/image': name },
    },
  };
}

/** Renders what stands on the page of a component, by default hello-site. */
export function renderOnEntity(
  element: ReactElement,
  options: Parameters<typeof renderPage>[1] & { entity?: Entity },
) {
  return renderPage(
    <EntityProvider entity={options.entity ?? aComponent()}>
      {element}
    </EntityProvider>,
    options,
  );
}

/** Renders a page on the fake API, with signals only where a test gives them. */
export function renderPage(
  page: ReactElement,
  options: {
    api: FakeImageFactoryApi;
    signals?: SignalApi;
    identity?: IdentityApi;
    permissions?: PermissionApi;
    path?: string;
  },
) {
  layOut();
  return renderInTestApp(page, {
    apis: [
      [imageFactoryApiRef, options.api],
      [catalogApiRef, catalogApiMock()],
      [permissionApiRef, options.permissions ?? denying()],
      [fetchApiRef, { fetch: async () => giveCookie() }],
      ...(options.identity
        ? [[identityApiRef, options.identity] as const]
        : []),
      ...(options.signals ? [[signalApiRef, options.signals] as const] : []),
    ],
    mountedRoutes: {
      '/image-factory': rootRouteRef,
      '/catalog/:namespace/:kind/:name': entityRouteRef,
    },
    initialRouteEntries: [options.path ?? '/'],
  });
}

/** What the backend answers when the user cookie is asked for. */
function giveCookie(): Response {
  return Response.json({ expiresAt: new Date(Date.now() + 3_600_000) });
}

/** jsdom lays nothing out; a virtual list shows only what has room. */
function layOut() {
  jest.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
  jest.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(800);
}
