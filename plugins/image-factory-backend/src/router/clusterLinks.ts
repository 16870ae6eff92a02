import {
  Execution,
  Step,
} from '@image-factory/backstage-plugin-image-factory-common';
import { LinkTemplate, linksOfRun, linksOfStep } from '../clusters';

/** An attempt with the links of its cluster; as it is where there are none. */
export function withRunLinks(
  execution: Execution,
  templates: LinkTemplate[],
): Execution {
  const { name, namespace } = execution;
  const links = linksOfRun(templates, { namespace, pipelineRun: name });
  return links.length > 0 ? { ...execution, links } : execution;
}

/** The steps of an attempt with the links of its cluster. */
export function withStepLinks(
  steps: Step[],
  execution: Execution | undefined,
  templates: LinkTemplate[],
): Step[] {
  return steps.map(step => {
    const { namespace, pod, node } = step;
    const links = linksOfStep(templates, {
      namespace,
      pipelineRun: execution?.name,
      pod,
      node,
    });
    return links.length > 0 ? { ...step, links } : step;
  });
}
