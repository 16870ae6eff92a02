import { Entity } from '@backstage/catalog-model';
import { resolve } from 'node:path';

/** The demo catalog of this repository. */
export const EXAMPLES = resolve(__dirname, '../../../../examples');

/** A component of the demo catalog, as the catalog has it once it has read its file. */
export function exampleComponent(
  name: string,
  annotations: Record<string, string> = {},
): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      annotations: {
        'backstage.io/managed-by-location': `file:${EXAMPLES}/${name}/catalog-info.yaml`,
        'backstage.io/managed-by-origin-location': `file:${EXAMPLES}/catalog-info.yaml`,
        'image-factory.io/image': name,
        ...annotations,
      },
    },
    spec: { type: 'website', owner: 'group:default/guests' },
  };
}
