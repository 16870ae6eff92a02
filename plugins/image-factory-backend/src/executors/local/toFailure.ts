import { isError } from '@backstage/errors';
import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import { OciLayoutError, RegistryError } from '../../registry';
import { SourceError } from '../../sources';
import { diskFull, isDiskFull } from './diskFull';
import { StepFailure } from './StepFailure';

/** What an error that ended a step means for the build. What nobody foresaw is a fault of this machine or of ours, and tried again. */
export function toFailure(error: unknown, step: string | undefined): Failure {
  if (
    error instanceof StepFailure ||
    error instanceof SourceError ||
    error instanceof RegistryError
  ) {
    return {
      class: error.failureClass,
      message: error.message,
      step,
      hint: error.hint,
    };
  }
  if (error instanceof OciLayoutError) {
    return {
      class: 'infrastructure',
      message: `The exported image cannot be read: ${error.message}.`,
      step,
      hint: 'Build again; if it stays so, update the build tool.',
    };
  }
  if (isDiskFull(error)) {
    return { ...diskFull('workspace'), step };
  }
  const message = isError(error) ? error.message : String(error);
  return { class: 'infrastructure', message, step };
}
