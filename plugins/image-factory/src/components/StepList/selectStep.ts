import { Step } from '@image-factory/backstage-plugin-image-factory-common';

/**
 * Which step is of most interest: the failed one, else the running one, else
 * the last one that has begun, else the first.
 */
export function selectStep(steps: Step[]): Step | undefined {
  return (
    steps.find(step => step.status === 'failed') ??
    steps.find(step => step.status === 'running') ??
    steps.filter(step => step.startedAt).at(-1) ??
    steps[0]
  );
}
