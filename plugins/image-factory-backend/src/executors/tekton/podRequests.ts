import { Preflight } from '@image-factory/backstage-plugin-image-factory-node';
import { quantityToNumber } from '../../clusters';
import { PipelineRun } from '../../templates';

/**
 * What the pods of a run ask of their nodes together, as far as the run says:
 * the containers of a pod all count for as long as it lives, though its steps
 * run one after another.
 */
export function podRequests(run: PipelineRun): Preflight['requests'] {
  const steps = run.spec.pipelineSpec.tasks.flatMap(
    ({ taskSpec }) => taskSpec.steps,
  );
  const sum = (resource: string) => {
    const asked = steps.flatMap(
      ({ computeResources }) => computeResources?.requests?.[resource] ?? [],
    );
    return asked.length === 0
      ? undefined
      : asked.reduce(
          (total, quantity) => total + quantityToNumber(quantity),
          0,
        );
  };
  const cpuCores = sum('cpu');
  const memoryBytes = sum('memory');
  return cpuCores === undefined && memoryBytes === undefined
    ? undefined
    : { cpuCores, memoryBytes };
}
