import {
  BuildConfig,
  PlatformStrategy,
} from '@image-factory/backstage-plugin-image-factory-node';
import { JsonObject } from '@backstage/types';

/** The platforms that a build asks for, each once and in its order; none for that of the node. */
export function readPlatforms({
  parameters,
  platforms,
}: BuildConfig): string[] {
  const asked = Array.isArray(parameters.platforms) ? parameters.platforms : [];
  return [...new Set([...asked.map(String), ...platforms])];
}

/** How several platforms are built. */
export function readPlatformStrategy(parameters: JsonObject): PlatformStrategy {
  return parameters['platform-strategy'] === 'native' ? 'native' : 'single-pod';
}
