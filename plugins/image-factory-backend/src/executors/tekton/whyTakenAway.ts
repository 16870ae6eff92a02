import { PodState, TaskRunState, TaskRunStep } from './tektonObjects';

/** How containers end that a signal has ended: by the shell's convention, and by that of Tekton's entrypoint. */
const ENDED_BY_SIGNAL = [137, 143, 255];
/** How a kubelet ends pods of its own accord, which nobody deletes then: for want of resources, or since its node shuts down. */
const ENDED_BY_KUBELET = ['Evicted', 'Terminated', 'NodeShutdown'];
/** Times of a cluster are to the second. */
const GRAIN_MS = 1_000;

/**
 * Why the pod of a step was taken away under it. A pod that is deleted has time
 * to end, and Tekton then takes the end of its containers for a failure of their
 * own, which is none of the build's.
 *
 * @returns undefined where it was not, as far as can be told
 */
export function whyTakenAway(options: {
  step: string;
  taskRuns: TaskRunState[];
  /** As each was last seen; undefined where they could not be listed. */
  pods: PodState[] | undefined;
}): string | undefined {
  const { taskRuns, pods } = options;
  const taskRun = taskRuns.find(({ steps }) =>
    steps.some(({ name }) => name === options.step),
  );
  const step = taskRun?.steps.find(({ name }) => name === options.step);
  if (!pods || !taskRun || !step?.terminated) return undefined;
  // One that is made anew has the name of the one before it.
  const pod = pods.findLast(({ name }) => name === taskRun.podName);
  if (!pod) {
    return ENDED_BY_SIGNAL.includes(step.terminated.exitCode)
      ? 'a signal has ended the step, and the pod is gone'
      : undefined;
  }
  if (!wasDeletedBeforeEnd(pod, step) && !wasDisruptedBeforeEnd(pod, step)) {
    return undefined;
  }
  const { reason, message } = isDisrupted(pod) ? pod.disruption! : pod;
  return [reason, message].filter(Boolean).join(', ') || 'somebody deleted it';
}

function isDisrupted({ disruption }: PodState): boolean {
  return disruption?.status === 'True';
}

function wasDisruptedBeforeEnd(
  pod: PodState,
  { terminated }: TaskRunStep,
): boolean {
  const isEnded = ENDED_BY_KUBELET.includes(pod.reason ?? '');
  if (!isEnded && !isDisrupted(pod)) return false;
  const since = pod.disruption?.lastTransitionTime;
  const endedAt = terminated?.finishedAt;
  if (!isDisrupted(pod) || since === undefined || endedAt === undefined) {
    return true;
  }
  return Date.parse(since) <= Date.parse(endedAt) + GRAIN_MS;
}

function wasDeletedBeforeEnd(
  { deletionAskedAt }: PodState,
  { terminated }: TaskRunStep,
): boolean {
  if (deletionAskedAt === undefined) return false;
  const endedAt = terminated?.finishedAt;
  return (
    endedAt === undefined ||
    Date.parse(deletionAskedAt) <= Date.parse(endedAt) + GRAIN_MS
  );
}
