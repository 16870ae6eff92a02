import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import { CatalogApi } from '@backstage/plugin-catalog-react';

/** The one component of the scripted data. */
export const SCRIPTED_COMPONENT: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'hello-site',
    namespace: 'default',
    description: 'A site that exists only in this app.',
    annotations: { 'image-factory.io/image': 'hello-site' },
  },
  spec: { type: 'website', lifecycle: 'experimental', owner: 'group:guests' },
};

/** As much of a catalog as the dev app and the links of the plugin ask for. */
export class ScriptedCatalog {
  static create(): CatalogApi {
    return new ScriptedCatalog() as unknown as CatalogApi;
  }

  async getEntities() {
    return { items: [SCRIPTED_COMPONENT] };
  }

  async getEntityByRef(ref: string) {
    return find(ref);
  }

  async getEntitiesByRefs(request: { entityRefs: string[] }) {
    return { items: request.entityRefs.map(find) };
  }
}

function find(ref: string): Entity | undefined {
  return ref === stringifyEntityRef(SCRIPTED_COMPONENT)
    ? SCRIPTED_COMPONENT
    : undefined;
}
