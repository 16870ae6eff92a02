import {
  CancelMode,
  Outcome,
} from '@image-factory/backstage-plugin-image-factory-node';
import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import { plainFailure } from '../reporting';

/** The outcome of a run that has failed. */
export function failed(failure: Failure): Outcome {
  return { status: 'failed', failure: plainFailure(failure) };
}

/** What it means for a build that its run was ended before its time. */
export function interrupted(options: {
  mode: CancelMode | undefined;
  /** The one that it was in; none where it had not come to any. */
  step: string | undefined;
  timeoutSeconds: number;
}): Outcome {
  const { mode, step, timeoutSeconds } = options;
  switch (mode) {
    case 'timeout':
      return failed({
        class: 'timeout',
        message: `The build ran longer than its time limit of ${timeoutSeconds} s and was ended ${
          step === undefined ? 'before its first step' : `in step ${step}`
        }.`,
        step,
        hint:
          step === undefined
            ? 'Raise the time limit of the build, or try again when the machine is less busy.'
            : `Raise the time limit of the build, or look in the log of ${step} for what takes so long.`,
      });
    case 'shutdown':
      return {
        status: 'lost',
        message: 'The portal stopped while the build ran.',
        handedBack: true,
      };
    default:
      return { status: 'cancelled' };
  }
}
