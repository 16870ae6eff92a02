import { formatImageReference } from '../formatImageReference';
import { ImageReference } from '../parseImageReference';
import { layerCacheRepository } from './layerCacheRepository';

/**
 * Why an image may not be in a repository: among those of the layer cache its
 * layers would be taken for what other builds have made, and builds would write
 * over it. Looked for whichever tenant and component the repository would be of.
 */
export function findLayerCacheConflict(
  reference: ImageReference,
  options: {
    /** Of the caches, with their placeholders. */
    layerCaches: string[];
    tenant: string;
  },
): string | undefined {
  const { tenant } = options;
  const image = [
    withoutPort(reference.host),
    ...reference.repository.split('/'),
  ];
  const conflict = options.layerCaches.find(template => {
    const [host, ...parts] = template.split('/');
    const pattern = [withoutPort(host), ...parts];
    if (image.length >= pattern.length) {
      return pattern.every((part, index) => matches(image[index], part));
    }
    // Above it, where whoever may push the image may push into all of the tenant's cache.
    const own = layerCacheRepository(template, {
      tenant,
      entityRef: '',
    }).split('/');
    return image.every(
      (part, index) => part === (index === 0 ? pattern[0] : own[index]),
    );
  });
  return conflict === undefined
    ? undefined
    : `The image "${formatImageReference(
        reference,
      )}" and the layer cache of builds, "${conflict}", would be in each other's way. Write a repository outside of it.`;
}

function matches(part: string | undefined, pattern: string): boolean {
  if (part === undefined) return false;
  const [before, after] = pattern.split(/\{[^{}]*\}/);
  return after === undefined
    ? part === pattern
    : part.length > before.length + after.length &&
        part.startsWith(before) &&
        part.endsWith(after);
}

/** The port of https is there, written or not. */
function withoutPort(host: string = ''): string {
  return host.toLowerCase().replace(/:443$/, '');
}
