import { PipelineRun, PipelineSpec } from '../pipeline';
import { RenderInput } from './RenderInput';

/** After the portal's own deadline, which tells how it ended: it may be a moment late, and it has the logs to fetch before Tekton deletes the pod. */
export const MARGIN_SECONDS = 120;
/** Tekton wants some of it also where there is nothing to do at the end. */
const NO_FINALLY_SECONDS = 60;
const FINALLY_SECONDS = 600;

/**
 * Tekton counts from the start of the run, with the time that its pods wait.
 * The build's own timeout, and some on top of it, is that of each step, which
 * ends the step and leaves the pod.
 */
export function renderTimeouts(
  { buildSeconds, pendingSeconds }: RenderInput['timeouts'],
  spec: PipelineSpec,
): PipelineRun['spec']['timeouts'] {
  const tasks = buildSeconds + pendingSeconds + MARGIN_SECONDS;
  const atEnd = spec.finally?.length ? FINALLY_SECONDS : NO_FINALLY_SECONDS;
  return {
    pipeline: toDuration(tasks + atEnd),
    tasks: toDuration(tasks),
    finally: toDuration(atEnd),
  };
}

/** In the form in which Tekton gives durations back, so that a stored run compares equal. */
export function toDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
