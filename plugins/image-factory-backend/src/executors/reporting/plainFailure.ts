import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import { plainText } from './plainText';

/** A failure whose texts have no control characters, also where they quote files or their names. */
export function plainFailure(failure: Failure): Failure {
  const { message, hint, instruction, file } = failure;
  return {
    ...failure,
    message: plainText(message),
    ...(hint === undefined ? {} : { hint: plainText(hint) }),
    ...(instruction === undefined
      ? {}
      : { instruction: plainText(instruction) }),
    ...(file === undefined ? {} : { file: plainText(file) }),
  };
}
