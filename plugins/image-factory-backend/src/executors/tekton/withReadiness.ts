import {
  BuildMethod,
  ExecutorStatus,
} from '@image-factory/backstage-plugin-image-factory-node';
import { PodSecurityLevel, podSecurityOf } from '../../templates';
import { Obstacles } from './readiness';
import { StartThrottle } from './StartThrottle';
import { TemplateSource } from './TemplateSource';

/** What a cluster says of itself, with what keeps it from running builds, or as many as it could. */
export function withReadiness(
  status: ExecutorStatus,
  { cluster, tenants }: Obstacles,
  { maxRunning, throttling }: StartThrottle,
): ExecutorStatus {
  const limited = {
    ...status,
    maxRunning,
    throttled: throttling,
    blocked: tenants,
  };
  // One that does not answer has said so.
  if (status.health === 'unavailable') return limited;
  if (cluster) return { ...limited, health: 'unavailable', ...cluster };
  if (tenants.length > 0) {
    const waiting = new Set(tenants.map(({ tenant }) => tenant));
    return {
      ...limited,
      health: 'degraded',
      message: `Builds of ${[...waiting].join(
        ', ',
      )} wait for what is missing on the cluster.`,
      hint: 'Its readiness tells what that is, and what to do about it.',
    };
  }
  return throttling ? { ...limited, health: 'degraded' } : limited;
}

/** The ids of methods by the Pod Security level that their pods need. */
export async function methodsByPodSecurity(
  methods: BuildMethod[],
  templates: TemplateSource,
): Promise<Record<PodSecurityLevel, string[]>> {
  const ids: Record<PodSecurityLevel, string[]> = {
    baseline: [],
    privileged: [],
  };
  for (const method of methods) {
    const template = await templates.defaultOf(method);
    if (template) ids[podSecurityOf(template.pipeline)].push(method.id);
  }
  return ids;
}
