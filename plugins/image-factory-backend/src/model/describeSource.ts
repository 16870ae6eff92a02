import { BuildSource } from '@image-factory/backstage-plugin-image-factory-common';
import { BuildSourceConfig } from '@image-factory/backstage-plugin-image-factory-node';

/** A source as the API tells it. */
export function describeSource(
  source: BuildSourceConfig,
  location: string,
): BuildSource {
  return source.type === 'git'
    ? { type: 'git', location, ref: source.ref, commit: source.commit }
    : { type: source.type, location };
}
