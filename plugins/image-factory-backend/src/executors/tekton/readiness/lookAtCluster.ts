import {
  ClusterSettings,
  CORE_API,
  TEKTON_API,
  objectPath,
} from '../../../clusters';
import { TEKTON_NAMESPACE, Health } from '../ClusterHealth';
import {
  checkFeatureFlags,
  checkKubernetes,
  checkLayerCacheLogin,
  checkStepImages,
  checkTekton,
} from './checkCluster';
import { ClusterReader } from './ClusterReader';
import { Finding } from './Finding';

/** What builds need of a cluster that answers, and whether it is there. */
export async function lookAtCluster(
  reader: ClusterReader,
  options: {
    versions: Extract<Health, { ok: true }>['versions'];
    stepImages: Record<string, string>;
    settings: ClusterSettings;
  },
): Promise<Finding[]> {
  const { versions, stepImages, settings } = options;
  const { relaxedByTenant } = settings.namespaces;
  const hasRelaxed = Object.keys(relaxedByTenant).length > 0;
  const [api, flags] = await Promise.all([
    reader.path<unknown>(TEKTON_API),
    reader.path<{ data?: Record<string, string> }>(
      objectPath(CORE_API, TEKTON_NAMESPACE, 'configmaps', 'feature-flags'),
    ),
  ]);
  return [
    checkKubernetes(versions.kubernetes, hasRelaxed),
    checkTekton(api, versions.tekton),
    checkFeatureFlags(flags),
    checkStepImages(stepImages),
    ...checkLayerCacheLogin(settings),
  ];
}

/** What is known of a cluster that does not answer. */
export function withoutAnswer(
  health: Extract<Health, { ok: false }>,
  stepImages: Record<string, string>,
): Finding[] {
  return [
    {
      check: 'api',
      status: 'unknown',
      message: health.message,
      hint: health.hint,
    },
    checkStepImages(stepImages),
  ];
}
