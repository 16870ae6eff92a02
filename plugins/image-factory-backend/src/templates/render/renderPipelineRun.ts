import { PipelineRun } from '../pipeline';
import { findCheckProblems } from './findCheckProblems';
import { findInputProblems } from './findInputProblems';
import { RUN_ANNOTATIONS, runAnnotations, runLabels } from './labels';
import { Rendered, RenderInput } from './RenderInput';
import { renderParameters } from './renderParameters';
import { renderPipelineSpec } from './renderPipelineSpec';
import { findPlatformProblems } from './platformTasks';
import { renderPodTemplate, renderTaskRunSpecs } from './renderPodTemplate';
import { renderTimeouts } from './renderTimeouts';
import { renderWorkspaces } from './renderWorkspaces';
import { specHash } from './specHash';

/**
 * Makes the run of a build: the template's pipeline with the values of the
 * build as parameters, so that none of them is ever part of another text.
 *
 * Says all at once what is in the way.
 */
export function renderPipelineRun(input: RenderInput): Rendered {
  const parameters = renderParameters(input);
  const pipeline = renderPipelineSpec(input);
  const bound = renderWorkspaces(input);
  const problems = [
    ...findInputProblems(input),
    ...findCheckProblems(input),
    ...findPlatformProblems(input),
    ...('problems' in parameters ? parameters.problems : []),
    ...('problems' in pipeline ? pipeline.problems : []),
    ...('problems' in bound ? bound.problems : []),
  ];
  if (
    problems.length > 0 ||
    'problems' in parameters ||
    'problems' in pipeline ||
    'problems' in bound
  ) {
    return { problems };
  }
  const taskRunSpecs = renderTaskRunSpecs(input);
  const spec: PipelineRun['spec'] = {
    pipelineSpec: pipeline.spec,
    params: parameters.params,
    ...(bound.workspaces.length > 0 ? { workspaces: bound.workspaces } : {}),
    taskRunTemplate: {
      serviceAccountName: input.serviceAccountName,
      podTemplate: renderPodTemplate(input.placement),
    },
    ...(taskRunSpecs.length > 0 ? { taskRunSpecs } : {}),
    timeouts: renderTimeouts(input.timeouts, pipeline.spec),
  };
  return {
    // A copy, so that nobody who changes the run changes the template.
    pipelineRun: structuredClone({
      apiVersion: 'tekton.dev/v1',
      kind: 'PipelineRun',
      metadata: {
        name: input.run.name,
        namespace: input.run.namespace,
        labels: runLabels(input),
        annotations: {
          ...runAnnotations(input),
          [RUN_ANNOTATIONS.specHash]: specHash({ spec }),
        },
      },
      spec,
    }),
  };
}
