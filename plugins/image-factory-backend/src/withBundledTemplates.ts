import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A built-in method with the pipeline templates that are published beside the
 * code, in the folder of its id. Methods themselves read no files.
 */
export function withBundledTemplates(method: BuildMethod): BuildMethod {
  const folder = resolvePackagePath(
    '@image-factory/backstage-plugin-image-factory-backend',
    'pipeline-templates',
    method.id,
  );
  return {
    ...method,
    pipelineTemplates: readdirSync(folder)
      .filter(file => file.endsWith('.yaml'))
      .sort()
      .map(file => ({ yaml: readFileSync(join(folder, file), 'utf8') })),
  };
}
