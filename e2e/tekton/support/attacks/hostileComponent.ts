import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What somebody writes into a `catalog-info.yaml`. */
export type HostileComponent = {
  owner?: string;
  image?: string;
  source?: string;
  infrastructure?: string;
  annotations?: Record<string, string>;
  labels?: Record<string, string>;
  /** Further fields of the spec. */
  spec?: Record<string, unknown>;
};

/** An entity of the catalog as JSON, which is YAML and needs no care for what is in its values. */
export function toEntity(
  name: string,
  component: HostileComponent & { image: string; source: string },
) {
  const { owner = 'group:default/guests', infrastructure } = component;
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name,
      labels: component.labels,
      annotations: {
        'image-factory.io/image': component.image,
        'backstage.io/source-location': component.source,
        'image-factory.io/infrastructure': infrastructure ?? 'kubernetes',
        ...component.annotations,
      },
    },
    spec: {
      type: 'website',
      lifecycle: 'experimental',
      owner,
      ...component.spec,
    },
  };
}

/** Puts an entity where the catalog finds it. */
export function writeEntity(
  folder: string,
  entity: ReturnType<typeof toEntity>,
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'catalog-info.yaml'), JSON.stringify(entity));
}
