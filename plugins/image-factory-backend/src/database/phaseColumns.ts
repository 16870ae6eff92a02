import { BuildPhase } from '@image-factory/backstage-plugin-image-factory-common';
import { BuildRow } from './tables';

/** Where a running build is, and why it is there where there is more to say. */
export type NewPhase = {
  phase: BuildPhase;
  /** A word of the executor, such as `Unschedulable`. */
  reason?: string;
  /** The executor's own sentence. */
  message?: string;
};

/**
 * The columns of a phase, which are only ever written together: a reason is of
 * the phase that it was told with. Without one the build does not run.
 */
export function phaseColumns(
  phase?: NewPhase,
): Pick<BuildRow, 'phase' | 'phase_reason' | 'phase_message'> {
  return {
    phase: phase?.phase ?? null,
    phase_reason: phase?.reason ?? null,
    phase_message: phase?.message ?? null,
  };
}
