import { BuildPhase } from '@image-factory/backstage-plugin-image-factory-common';
import { PipelineRunState, PodState, TaskRunState } from './tektonObjects';

/** Where a run is, and why it is there where that is not plain. */
export type RunPhase = { phase: BuildPhase; reason?: string; message?: string };

/** Reasons of containers that wait and mean nothing but that they are about to start. */
const STARTING = ['ContainerCreating', 'PodInitializing'];

/** Until a step runs, why none does: in the words of the scheduler, of the kubelet or of Tekton. */
export function toPhase(options: {
  run: PipelineRunState;
  taskRuns: TaskRunState[];
  pods: PodState[];
}): RunPhase {
  const { run, taskRuns, pods } = options;
  if (run.isCancelRequested) return { phase: 'stopping' };
  const hasBegun = taskRuns.some(({ steps }) =>
    steps.some(({ running, terminated }) => running ?? terminated),
  );
  if (hasBegun) return { phase: 'running' };
  return { phase: 'pending', ...whyPending(run, taskRuns, pods) };
}

/** None where it is only a matter of moments. */
function whyPending(
  run: PipelineRunState,
  taskRuns: TaskRunState[],
  pods: PodState[],
): { reason?: string; message?: string } {
  for (const pod of pods) {
    if (pod.scheduled?.status === 'False') {
      return {
        reason: pod.scheduled.reason ?? 'Unschedulable',
        message: pod.scheduled.message,
      };
    }
    const waiting = pod.containers
      .map(({ state }) => state?.waiting)
      .find(state => state?.reason && !STARTING.includes(state.reason));
    if (waiting) return { reason: waiting.reason, message: waiting.message };
  }
  const told = [...taskRuns, run]
    .map(({ succeeded }) => succeeded)
    .find(
      condition =>
        condition?.status === 'Unknown' &&
        !['Started', 'Running', 'Pending'].includes(condition.reason ?? ''),
    );
  return told ? { reason: told.reason, message: told.message } : {};
}
