import { InputError, NotFoundError } from '@backstage/errors';
import { Step } from '@image-factory/backstage-plugin-image-factory-common';

/** @throws NotFoundError that names the steps there are */
export function findStep(steps: Step[], name: string, attempt: number): Step {
  const step = steps.find(each => each.name === name);
  if (step) return step;
  throw new NotFoundError(
    steps.length > 0
      ? `Attempt ${attempt} has no step ${JSON.stringify(
          name,
        )}. Its steps are: ${steps.map(each => each.name).join(', ')}.`
      : `Attempt ${attempt} has no steps yet. Ask again when it runs.`,
  );
}

/** @throws InputError where the log of the step does not reach so far */
export function checkOffset(
  step: Pick<Step, 'name' | 'logBytes'>,
  offset: number,
): void {
  if (offset > step.logBytes) {
    throw new InputError(
      `The log of ${step.name} has ${step.logBytes} bytes, so there is no offset ${offset}. Go on from a nextOffset that this route gave.`,
    );
  }
}
