import { InputError, NotFoundError } from '@backstage/errors';
import {
  Build,
  Step,
} from '@image-factory/backstage-plugin-image-factory-common';

/**
 * The attempt that is asked for, or the latest. One that has not begun yet has
 * nothing to show, and is none where others have gone before it.
 *
 * @throws NotFoundError where there has been none such
 */
export function attemptOf(build: Build, asked: number | undefined): number {
  if (asked === undefined) return build.attempt;
  if (asked <= Math.max(1, build.attempt)) return asked;
  throw new NotFoundError(
    `Build #${build.number} has had ${build.attempt} ${
      build.attempt === 1 ? 'attempt' : 'attempts'
    }, so there is no attempt ${asked}. Leave it out to get the latest.`,
  );
}

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

/**
 * Where a range of the log of a step begins, by its byte or by its line.
 *
 * @throws InputError where both are given, or the log does not reach so far
 */
export function readStart(
  step: Pick<Step, 'name' | 'logBytes' | 'logLines'>,
  { offset, line }: { offset?: number; line?: number },
): { offset: number } | { line: number } {
  if (line === undefined) {
    checkOffset(step, offset ?? 0);
    return { offset: offset ?? 0 };
  }
  if (offset !== undefined) {
    throw new InputError(
      'A range of a log begins at an offset or at a line. Give one of the two.',
    );
  }
  // The last line may have no end yet, and is not counted then.
  if (line > step.logLines + 1) {
    throw new InputError(
      `The log of ${step.name} has ${step.logLines} lines, so there is no line ${line}. Ask for one of them.`,
    );
  }
  return { line };
}
