import {
  Condition,
  PipelineRunState,
  PodState,
  TaskRunState,
  TaskRunStep,
} from '../tektonObjects';

const STEPS = ['clone-repo', 'build-image', 'push-image'];

/** A PipelineRun of one task with the steps of a docker build. */
export function pipelineRun(
  overrides: Partial<PipelineRunState> = {},
): PipelineRunState {
  return {
    name: 'docker-1',
    namespace: 'builds-a',
    uid: 'uid-1',
    labels: {},
    annotations: {},
    steps: STEPS.map(name => ({ task: 'build', runAfter: [], name })),
    taskRuns: [],
    succeeded: undefined,
    isCancelRequested: false,
    createdAt: '2026-11-01T10:00:00Z',
    results: [],
    scanSteps: [],
    gate: undefined,
    ...overrides,
  };
}

export function taskRun(overrides: Partial<TaskRunState> = {}): TaskRunState {
  return {
    name: 'docker-1-build',
    pipelineRun: 'docker-1',
    task: 'build',
    podName: 'docker-1-build-pod',
    succeeded: undefined,
    steps: [],
    results: [],
    ...overrides,
  };
}

export function pod(overrides: Partial<PodState> = {}): PodState {
  return {
    name: 'docker-1-build-pod',
    uid: 'pod-1',
    pipelineRun: 'docker-1',
    taskRun: 'docker-1-build',
    node: 'node-a',
    phase: 'Pending',
    reason: undefined,
    message: undefined,
    isBeingDeleted: false,
    deletionAskedAt: undefined,
    disruption: undefined,
    scheduled: undefined,
    containers: [],
    ...overrides,
  };
}

export function succeeded(
  status: Condition['status'],
  reason: string,
  message = '',
): Condition {
  return { type: 'Succeeded', status, reason, message };
}

/** A step that runs or waits in its container. */
export function runningStep(name: string): TaskRunStep {
  return {
    name,
    container: `step-${name}`,
    running: { startedAt: '2026-11-01T10:00:05Z' },
  };
}

/** A step that has ended. */
export function endedStep(
  name: string,
  exitCode: number,
  terminationReason = exitCode === 0 ? 'Completed' : 'Error',
): TaskRunStep {
  return {
    name,
    container: `step-${name}`,
    terminationReason,
    terminated: {
      exitCode,
      reason: terminationReason,
      startedAt: '2026-11-01T10:00:05Z',
      finishedAt: '2026-11-01T10:00:09Z',
    },
  };
}
