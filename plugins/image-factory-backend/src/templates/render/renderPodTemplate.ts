import { PodTemplate } from '../pipeline';
import { RenderInput } from './RenderInput';

/**
 * Where the pods of a run may stand, and what they get beside their containers.
 * A seccomp profile is none of it: a pod's would hold for the step that must
 * have none.
 */
export function renderPodTemplate({
  nodeSelector = {},
  tolerations = [],
  avoidNodes = [],
}: RenderInput['placement']): PodTemplate {
  return {
    ...(Object.keys(nodeSelector).length > 0 ? { nodeSelector } : {}),
    ...(tolerations.length > 0 ? { tolerations } : {}),
    ...(avoidNodes.length > 0
      ? {
          affinity: {
            nodeAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: {
                nodeSelectorTerms: [
                  {
                    // By the name and not the label, which some clouds set
                    // otherwise. An expression over it takes one value only.
                    matchFields: [...avoidNodes].sort().map(name => ({
                      key: 'metadata.name',
                      operator: 'NotIn' as const,
                      values: [name],
                    })),
                  },
                ],
              },
            },
          },
        }
      : {}),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
  };
}
