import { createHash } from 'node:crypto';
import { PlacementNeeds } from '@image-factory/backstage-plugin-image-factory-node';

/**
 * A hash of all that decides where a build may run. Builds with one key wait
 * for the same reason, so the queue is probed and explained by it.
 */
export function placementKey(options: {
  infrastructure: string;
  method: string;
  needs: PlacementNeeds;
}): string {
  const { infrastructure, method, needs } = options;
  const canonical = JSON.stringify([
    infrastructure,
    method,
    [...needs.platforms].sort(),
    [...needs.capabilities].sort(),
    ...(needs.platformStrategy === 'native' ? ['native'] : []),
  ]);
  return createHash('sha256').update(canonical).digest('hex').slice(0, 32);
}
