import {
  CancelMode,
  Outcome,
} from '@image-factory/backstage-plugin-image-factory-node';
import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import { plainFailure } from './plainFailure';

/** The outcome of a run that has failed. */
export function failed(failure: Failure): Outcome {
  return { status: 'failed', failure: plainFailure(failure) };
}

/** What it means for a build that its run was ended before its time. */
export function interrupted(options: {
  mode: CancelMode | undefined;
  /** The one that it was in. */
  step: string;
  timeoutSeconds: number;
}): Outcome {
  const { mode, step, timeoutSeconds } = options;
  switch (mode) {
    case 'timeout':
      return failed({
        class: 'timeout',
        message: `The build ran longer than its time limit of ${timeoutSeconds} s and was ended in step ${step}.`,
        step,
        hint: `Raise the time limit of the build, or look in the log of ${step} for what takes so long.`,
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
