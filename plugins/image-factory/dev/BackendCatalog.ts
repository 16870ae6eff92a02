import { Entity, parseEntityRef } from '@backstage/catalog-model';
import { DiscoveryApi, FetchApi } from '@backstage/core-plugin-api';
import { ResponseError } from '@backstage/errors';
import { CatalogApi } from '@backstage/plugin-catalog-react';

/** As much of the backend's catalog as the dev app and the links of the plugin ask for. */
export class BackendCatalog {
  readonly #discoveryApi: DiscoveryApi;
  readonly #fetchApi: FetchApi;

  static create(options: {
    discoveryApi: DiscoveryApi;
    fetchApi: FetchApi;
  }): CatalogApi {
    return new BackendCatalog(
      options.discoveryApi,
      options.fetchApi,
    ) as unknown as CatalogApi;
  }

  private constructor(discoveryApi: DiscoveryApi, fetchApi: FetchApi) {
    this.#discoveryApi = discoveryApi;
    this.#fetchApi = fetchApi;
  }

  /** Of all components, whatever is asked for: the dev app lists nothing else. */
  async getEntities(): Promise<{ items: Entity[] }> {
    return this.#ask('/entities/by-query?filter=kind=component');
  }

  async getEntityByRef(ref: string): Promise<Entity | undefined> {
    const { kind, namespace, name } = parseEntityRef(ref);
    try {
      return await this.#ask(
        `/entities/by-name/${[kind, namespace, name]
          .map(encodeURIComponent)
          .join('/')}`,
      );
    } catch (error) {
      if (ResponseError.is(error) && error.statusCode === 404) {
        return undefined;
      }
      throw error;
    }
  }

  async getEntitiesByRefs(request: {
    entityRefs: string[];
  }): Promise<{ items: (Entity | undefined)[] }> {
    const { items } = await this.#ask<{ items: (Entity | null)[] }>(
      '/entities/by-refs',
      { entityRefs: request.entityRefs },
    );
    return { items: items.map(item => item ?? undefined) };
  }

  async #ask<T>(path: string, body?: object): Promise<T> {
    const baseUrl = await this.#discoveryApi.getBaseUrl('catalog');
    const response = await this.#fetchApi.fetch(`${baseUrl}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { 'Content-Type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!response.ok) {
      throw await ResponseError.fromResponse(response);
    }
    return response.json();
  }
}
