import { StepSnapshot } from '@image-factory/backstage-plugin-image-factory-node';
import { explainFailure } from '../../methods';
import { isContinued } from './scanVerdict';
import { TaskRunState } from './tektonObjects';

/** Steps, of which those that have failed while the run went on tell why: by what they said last. */
export function withReasons(
  steps: StepSnapshot[],
  taskRuns: TaskRunState[],
  tail: (step: string) => { lines: string[]; firstLine: number },
): StepSnapshot[] {
  const continued = taskRuns
    .flatMap(taskRun => taskRun.steps)
    .filter(isContinued)
    .map(({ name }) => name);
  return steps.map(step => {
    const { name, status, exitCode } = step;
    if (status !== 'failed' || !continued.includes(name)) return step;
    const { message } = explainFailure([], {
      step: name,
      exitCode,
      ...tail(name),
      parameters: {},
      readSource: () => undefined,
    });
    return { ...step, reason: message };
  });
}
