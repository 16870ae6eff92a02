import { BuildPhase } from '@image-factory/backstage-plugin-image-factory-common';
import { ClusterEventSnapshot } from '@image-factory/backstage-plugin-image-factory-node';
import { failedPull, holdingUp } from './holdingUp';
import { PipelineRunState, PodState, TaskRunState } from './tektonObjects';

/** Where a run is, and why it is there where that is not plain. */
export type RunPhase = { phase: BuildPhase; reason?: string; message?: string };

/** Reasons of containers that wait and mean nothing but that they are about to start. */
const STARTING = ['ContainerCreating', 'PodInitializing'];

const BACK_OFF = 'ImagePullBackOff';
const PULL_ERROR = 'ErrImagePull';

/** Until a step runs, why none does: in the words of the scheduler, of the kubelet or of Tekton. */
export function toPhase(options: {
  run: PipelineRunState;
  taskRuns: TaskRunState[];
  pods: PodState[];
  /** What the cluster has told of it, where that is seen. */
  events?: ClusterEventSnapshot[];
}): RunPhase {
  const { run, taskRuns, pods, events = [] } = options;
  if (run.isCancelRequested) return { phase: 'stopping' };
  const hasBegun = taskRuns.some(({ steps }) =>
    steps.some(({ running, terminated }) => running ?? terminated),
  );
  if (hasBegun) return { phase: 'running' };
  return { phase: 'pending', ...whyPending(run, taskRuns, pods, events) };
}

/** None where it is only a matter of moments. */
function whyPending(
  run: PipelineRunState,
  taskRuns: TaskRunState[],
  pods: PodState[],
  events: ClusterEventSnapshot[],
): { reason?: string; message?: string } {
  for (const pod of pods) {
    // That of the affinity assistant runs no step.
    if (pod.taskRun === undefined) continue;
    if (pod.scheduled?.status === 'False') {
      return {
        reason: pod.scheduled.reason ?? 'Unschedulable',
        message: pod.scheduled.message,
      };
    }
    const waiting = pod.containers
      .map(({ state }) => state?.waiting)
      .find(state => state?.reason && !STARTING.includes(state.reason));
    if (waiting) {
      const { reason, message } = waiting;
      // Before Kubernetes 1.31 it says no more than that it waits with the next try.
      const isBare = reason === BACK_OFF && !message?.includes(PULL_ERROR);
      return {
        reason,
        message: (isBare && failedPull(pod, events)) || message,
      };
    }
    const held = holdingUp(pod, events);
    if (held) return { reason: held.reason, message: held.message };
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
