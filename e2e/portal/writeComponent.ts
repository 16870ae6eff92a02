import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a folder a component whose image can be built, of the guests unless another owner is named. */
export function writeComponent(
  folder: string,
  name: string,
  options: {
    image?: string;
    source?: string;
    owner?: string;
    /** Where its images are built. */
    infrastructure?: string;
  } = {},
): void {
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
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'catalog-info.yaml'),
    `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${name}
  annotations:
    image-factory.io/image: ${image}
${further.map(line => `    ${line}\n`).join('')}spec:
  type: website
  lifecycle: experimental
  owner: ${owner}
`,
  );
}
