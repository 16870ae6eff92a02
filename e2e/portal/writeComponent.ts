import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a folder a component whose image can be built, of the guests unless another owner is named. */
export function writeComponent(
  folder: string,
  name: string,
  options: { image?: string; source?: string; owner?: string } = {},
): void {
  const { image = name, source, owner = 'group:default/guests' } = options;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'catalog-info.yaml'),
    `apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${name}
  annotations:
    image-factory.io/image: ${image}
${source ? `    backstage.io/source-location: ${source}\n` : ''}spec:
  type: website
  lifecycle: experimental
  owner: ${owner}
`,
  );
}
