import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a folder a component of the guests whose image can be built. */
export function writeComponent(
  folder: string,
  name: string,
  annotations: { image?: string; source?: string } = {},
): void {
  const { image = name, source } = annotations;
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
  owner: group:default/guests
`,
  );
}
