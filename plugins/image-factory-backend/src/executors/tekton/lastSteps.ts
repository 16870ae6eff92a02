import {
  Outcome,
  StepSnapshot,
} from '@image-factory/backstage-plugin-image-factory-node';
import { PipelineRunState } from './tektonObjects';

/** Of the step after which the image is there; those for the end come whatever becomes of it. */
export function lastPlace({ steps }: PipelineRunState): number {
  return steps.findLastIndex(({ isAtEnd }) => !isAtEnd);
}

/** The step whose log tells what is done with the image afterwards: where the last one has not begun, one that has. */
export function lastBegun(
  run: PipelineRunState,
  steps: StepSnapshot[],
): string {
  const main = steps.slice(0, lastPlace(run) + 1);
  const begun = main.findLast(
    ({ startedAt, exitCode }) =>
      startedAt !== undefined || exitCode !== undefined,
  );
  return (begun ?? main.at(-1)!).name;
}

/** A pipeline may end well, and what is done with its image afterwards not. */
export function failLastStep<
  Seen extends { run: PipelineRunState; steps: StepSnapshot[] },
>(seen: Seen, outcome: Outcome): Seen {
  const place = lastPlace(seen.run);
  const last = seen.steps[place];
  if (outcome.status !== 'failed' || last?.status !== 'completed') return seen;
  return {
    ...seen,
    steps: seen.steps.map(step =>
      step === last ? { ...last, status: 'failed', exitCode: undefined } : step,
    ),
  };
}
