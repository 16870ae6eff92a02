import { StepSnapshot } from '@image-factory/backstage-plugin-image-factory-node';
import { heldBackReason } from '../../checks';
import { scanVerdicts, wentOn } from './scanVerdict';
import {
  PipelineRunState,
  PodState,
  TaskRunState,
  TaskRunStep,
  isDone,
} from './tektonObjects';

/** What Tekton calls a step that it has not run because one before it failed. */
const SKIPPED = 'Skipped';
/** What it calls those that it has ended with their pod, whether or not they had begun. */
const ENDED_WITH_POD = ['TaskRunCancelled', 'TaskRunTimeout', 'Cancelled'];

/** Why Tekton or the kubelet has ended a step, where that says more than its exit code. */
const TOLD_REASONS = ['OOMKilled', 'TimeoutExceeded'];

type StepState = Pick<
  StepSnapshot,
  'status' | 'startedAt' | 'finishedAt' | 'exitCode' | 'reason'
>;

/**
 * The steps of a run in their order: those that its pipeline names, each as its
 * own TaskRun tells it, whether or not there is one yet.
 */
export function toSteps(
  run: PipelineRunState,
  taskRuns: TaskRunState[],
  pods: PodState[] = [],
): StepSnapshot[] {
  const scans = scanVerdicts(run, taskRuns);
  return run.steps.map(({ task, runAfter, name }, ordinal) => {
    const taskRun = taskRuns.find(each => each.task === task);
    const steps = taskRun?.steps ?? [];
    const index = steps.findIndex(step => step.name === name);
    const before = steps.slice(0, Math.max(0, index));
    const pod = pods.find(each => each.name === taskRun?.podName);
    const scan = scans.find(({ heldBackIn }) => heldBackIn === name);
    return {
      name,
      ordinal,
      task,
      runAfter,
      image: steps[index]?.imageID || undefined,
      namespace: run.namespace,
      pod: taskRun?.podName,
      node: pod?.node,
      ...stateOf({
        step: steps[index],
        // Containers of a pod all run at once; each waits for the one before it.
        hasBegun: before.every(wentOn),
        beganAt: before.at(-1)?.terminated?.finishedAt,
        isOver: isDone(run) || (taskRun !== undefined && isDone(taskRun)),
        // While other tasks run, nothing else tells why this one does not.
        waitsFor:
          isFirst(run, ordinal) && pod?.scheduled?.status === 'False'
            ? pod.scheduled.message
            : undefined,
      }),
      // It has run, and told that it does not do what it is for.
      ...(scan?.heldBackIn !== undefined && {
        status: 'skipped' as const,
        reason: heldBackReason(scan.verdict, scan.step),
      }),
    };
  });
}

function isFirst({ steps }: PipelineRunState, ordinal: number): boolean {
  return steps[ordinal].task !== steps[ordinal - 1]?.task;
}

function stateOf(options: {
  step: TaskRunStep | undefined;
  /** Whether all before it went well. */
  hasBegun: boolean;
  /** When the one before it ended. */
  beganAt: string | undefined;
  isOver: boolean;
  /** What its pod needs to get a node. */
  waitsFor: string | undefined;
}): StepState {
  const { step, hasBegun, beganAt, isOver, waitsFor } = options;
  if (step?.terminated) {
    const { startedAt, finishedAt } = step.terminated;
    if (isEndedWithPod(step) || isSkipped(step)) {
      return hasBegun && !isSkipped(step)
        ? {
            status: 'cancelled',
            startedAt: toIso(beganAt ?? startedAt),
            finishedAt: toIso(finishedAt),
          }
        : { status: 'skipped' };
    }
    return stateOfEnded(step, step.terminated);
  }
  if (isOver) return { status: 'skipped' };
  if (step?.running && hasBegun) {
    return {
      status: 'running',
      startedAt: toIso(beganAt ?? step.running.startedAt),
    };
  }
  return {
    status: 'pending',
    reason: hasBegun ? step?.waiting?.reason ?? waitsFor : undefined,
  };
}

function stateOfEnded(
  { terminationReason }: TaskRunStep,
  terminated: NonNullable<TaskRunStep['terminated']>,
): StepState {
  const { exitCode, reason, startedAt, finishedAt } = terminated;
  return {
    status: exitCode === 0 ? 'completed' : 'failed',
    startedAt: toIso(startedAt) ?? toIso(finishedAt),
    finishedAt: toIso(finishedAt),
    exitCode,
    reason: TOLD_REASONS.find(each =>
      [terminationReason, reason].includes(each),
    ),
  };
}

function isEndedWithPod({ terminationReason, terminated }: TaskRunStep) {
  return [terminationReason, terminated?.reason].some(
    reason => reason !== undefined && ENDED_WITH_POD.includes(reason),
  );
}

function isSkipped({ terminationReason }: TaskRunStep): boolean {
  return terminationReason === SKIPPED;
}

/** With milliseconds, as all times here are. */
function toIso(time: string | undefined): string | undefined {
  return time === undefined ? undefined : new Date(time).toISOString();
}
