import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import {
  CORE_API,
  ClusterSettings,
  KubernetesClient,
  KubernetesError,
  KubernetesList,
  KubernetesObject,
  objectPath,
} from '../../clusters';
import { nodeLabelsOf } from '../../templates';

/**
 * Why platforms cannot be built each on nodes of its own: the cluster has no
 * pool for one of them. A node that is not ready, or that takes no pods for now,
 * is of a pool all the same; so is one that is configured to come when it is
 * needed. A cluster that does not tell its nodes refuses nothing: its scheduler
 * then tells what is not there.
 */
export async function findMissingPools(options: {
  client: KubernetesClient;
  settings: ClusterSettings;
  platforms: string[];
  signal: AbortSignal;
}): Promise<Failure | undefined> {
  const { client, settings, platforms, signal } = options;
  const configured = settings.nativePlatforms.map(platform =>
    selectorOf(nodeLabelsOf(platform)),
  );
  const missing: string[] = [];
  for (const platform of platforms) {
    const labels = nodeLabelsOf(platform);
    if (configured.includes(selectorOf(labels))) continue;
    const selector = selectorOf({
      ...settings.placement.nodeSelector,
      ...labels,
    });
    if (!(await hasNode(client, selector, signal))) missing.push(platform);
  }
  if (missing.length === 0) return undefined;
  const [, ...others] = missing;
  const chosen = selectorOf(settings.placement.nodeSelector);
  return {
    class: 'user',
    message: `No node of the cluster ${settings.name}${
      chosen && ` with the labels ${chosen}`
    } is ${missing.join(' or ')}, which native needs.`,
    hint: `Build with platform-strategy single-pod (emulated), or leave the ${
      others.length > 0 ? 'platforms' : 'platform'
    } out. Where such nodes come when they are needed, a portal admin names ${
      others.length > 0 ? 'them' : 'it'
    } under nativePlatforms of the cluster.`,
  };
}

/** Asks for one node at most: a cluster may have thousands. */
async function hasNode(
  client: KubernetesClient,
  labelSelector: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const { items } = await client.get<KubernetesList<KubernetesObject>>(
      objectPath(CORE_API, undefined, 'nodes'),
      signal,
      { labelSelector, limit: '1' },
    );
    return items.length > 0;
  } catch (error) {
    if (signal.aborted || !(error instanceof KubernetesError)) throw error;
    return true;
  }
}

function selectorOf(labels: Record<string, string>): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}
