import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What a test sets of a component. */
export type ComponentOptions = {
  image?: string;
  source?: string;
  owner?: string;
  /** Where its images are built. */
  infrastructure?: string;
};

/** Makes a folder a component whose image can be built, of the guests unless another owner is named. */
export function writeComponent(
  folder: string,
  name: string,
  options: ComponentOptions = {},
): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'catalog-info.yaml'),
    describeComponent(name, options),
  );
}

/** The component as the catalog reads it. */
export function describeComponent(
  name: string,
  options: ComponentOptions,
): string {
  const {
    image = name,
    source,
    owner = 'group:default/guests',
    infrastructure,
  } = options;
  const further = [
    source && `backstage.io/source-location: ${source}`,
    infrastructure && `image-factory.io/infrastructure: ${infrastructure}`,
  ].filter(Boolean);
  return `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${name}
  annotations:
    image-factory.io/image: ${image}
${further.map(line => `    ${line}\n`).join('')}spec:
  type: website
  lifecycle: experimental
  owner: ${owner}
`;
}
