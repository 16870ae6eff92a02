import { setTimeout as delay } from 'node:timers/promises';
import { Problem } from '../Problem';
import { Kubectl } from './Kubectl';

const WITHIN_MS = 120_000;
const EVERY_MS = 1_000;

type Quotas = {
  items: {
    metadata: { namespace: string; name: string };
    spec: { hard: Record<string, string> };
    status?: { used?: Record<string, string> };
  }[];
};

/**
 * Waits until all that quotas limit is counted. The controller looks for new
 * kinds, such as those of Tekton, every half minute, and until it has counted
 * them the API server refuses each new object of a kind with "status unknown
 * for quota".
 */
export async function awaitQuotas(kubectl: Kubectl): Promise<void> {
  const until = Date.now() + WITHIN_MS;
  for (;;) {
    const { items } = await kubectl.get<Quotas>(
      'resourcequotas',
      '--all-namespaces',
    );
    const missing = items.flatMap(({ metadata, spec, status }) =>
      Object.keys(spec.hard)
        .filter(resource => status?.used?.[resource] === undefined)
        .map(resource => `${resource} in ${metadata.namespace}`),
    );
    if (missing.length === 0) return;
    if (Date.now() > until) {
      throw new Problem(
        `The cluster does not count what quotas limit: ${missing.join(', ')}`,
        'look at the log of kube-controller-manager in the folder logs of the cluster',
      );
    }
    await delay(EVERY_MS);
  }
}
