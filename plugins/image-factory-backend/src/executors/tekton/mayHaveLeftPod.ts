import { PipelineRunState, PodState, TaskRunState } from './tektonObjects';

/**
 * Tekton may make the pod of a run that is cancelled at that moment, and then
 * forgets it: seen with a cancel within a second of the start, where it ran on.
 */
export function mayHaveLeftPod(seen: {
  run: PipelineRunState;
  taskRuns: TaskRunState[];
  pods: PodState[];
}): boolean {
  const { run, taskRuns, pods } = seen;
  if (run.succeeded?.status === 'True') return false;
  const hasBegun = taskRuns.some(({ steps }) => steps.length > 0);
  return (
    !hasBegun ||
    pods.some(
      ({ taskRun, phase, isBeingDeleted }) =>
        // Tekton removes its affinity assistant itself, moments after the run.
        taskRun !== undefined &&
        !isBeingDeleted &&
        ['Pending', 'Running'].includes(phase ?? 'Pending'),
    )
  );
}
