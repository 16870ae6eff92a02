import { PipelineRun, PodTemplate } from '../pipeline';
import { nodeLabelsOf, platformTasksOf } from './platformTasks';
import { RenderInput } from './RenderInput';

/** Of a preference, for the scheduler. */
const HIGHEST_WEIGHT = 100;

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
              // A pool may have no other node, and the lost one may be back.
              preferredDuringSchedulingIgnoredDuringExecution: [
                {
                  weight: HIGHEST_WEIGHT,
                  preference: {
                    // By the name and not the label, which some clouds set
                    // otherwise. An expression over it takes one value only.
                    matchFields: [...avoidNodes].sort().map(name => ({
                      key: 'metadata.name',
                      operator: 'NotIn' as const,
                      values: [name],
                    })),
                  },
                },
              ],
            },
          },
        }
      : {}),
    automountServiceAccountToken: false,
    enableServiceLinks: false,
  };
}

/**
 * Where the pods of single tasks stand: one that builds for a platform on nodes
 * that are of it, among those that the operator lets builds have. Each says all
 * that the pods of a run get, since not every Tekton adds the one to the other.
 */
export function renderTaskRunSpecs(
  input: RenderInput,
): NonNullable<PipelineRun['spec']['taskRunSpecs']> {
  const { placement } = input;
  return platformTasksOf(input).map(({ task, platform }) => ({
    pipelineTaskName: task,
    podTemplate: renderPodTemplate({
      ...placement,
      nodeSelector: { ...placement.nodeSelector, ...nodeLabelsOf(platform) },
    }),
  }));
}
