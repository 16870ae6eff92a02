import {
  NewMetric,
  StepSnapshot,
} from '@image-factory/backstage-plugin-image-factory-node';
import { PipelineRunState, PodState } from './tektonObjects';

/**
 * How long a run waited for a node, and how long its pod then took to start its
 * first step: for images to be pulled, say. Nothing where no step has begun, or
 * the pod is gone. Times of a cluster are to the second.
 */
export function measureStart(seen: {
  run: PipelineRunState;
  pods: PodState[];
  steps: StepSnapshot[];
}): NewMetric[] {
  const { run, pods, steps } = seen;
  const [first] = steps
    .filter(({ startedAt }) => startedAt !== undefined)
    .sort((one, other) => at(one.startedAt) - at(other.startedAt));
  const scheduled = pods.find(({ name }) => name === first?.pod)?.scheduled;
  if (
    run.createdAt === undefined ||
    scheduled?.status !== 'True' ||
    scheduled.lastTransitionTime === undefined
  ) {
    return [];
  }
  const scheduledAt = at(scheduled.lastTransitionTime);
  return [
    seconds('node-wait', at(run.createdAt), scheduledAt),
    seconds('pod-start', scheduledAt, at(first.startedAt)),
  ];
}

function at(time: string | undefined): number {
  return Date.parse(time!);
}

function seconds(name: string, from: number, to: number): NewMetric {
  return { name, value: Math.max(0, to - from) / 1000, unit: 'seconds' };
}
