import { ClusterEventSnapshot } from '@image-factory/backstage-plugin-image-factory-node';
import { toPhase } from './toPhase';
import {
  pipelineRun,
  pod,
  runningStep,
  succeeded,
  taskRun,
} from './__testUtils__/runStates';

function event(
  reason: string,
  second: number,
  overrides: Partial<ClusterEventSnapshot> = {},
): ClusterEventSnapshot {
  const at = `2026-11-01T10:00:${String(second).padStart(2, '0')}.000Z`;
  return {
    key: `${reason}-${second}`,
    type: reason.startsWith('Failed') ? 'Warning' : 'Normal',
    object: { kind: 'Pod', name: 'docker-1-build-pod' },
    reason,
    message: `${reason} at ${second}`,
    count: 1,
    firstSeenAt: at,
    lastSeenAt: at,
    ...overrides,
  };
}

/** Of a pod all of whose containers wait like this. */
function phaseOf(
  waiting: { reason: string; message?: string },
  events: ClusterEventSnapshot[],
) {
  return toPhase({
    run: pipelineRun(),
    taskRuns: [taskRun()],
    pods: [
      pod({ containers: [{ name: 'step-clone-repo', state: { waiting } }] }),
    ],
    events,
  });
}

const CREATING = { reason: 'ContainerCreating' };

describe('toPhase', () => {
  it('is pending, for no reason that has to be told, while a pod comes up', () => {
    expect(
      toPhase({
        run: pipelineRun({ succeeded: succeeded('Unknown', 'Started') }),
        taskRuns: [taskRun()],
        pods: [
          pod({
            containers: [
              {
                name: 'step-clone-repo',
                state: { waiting: { reason: 'PodInitializing' } },
              },
            ],
          }),
        ],
      }),
    ).toEqual({ phase: 'pending' });
  });

  it('says in the words of the scheduler why no node takes the pod', () => {
    const message = '0/2 nodes are available: 2 Insufficient memory.';
    expect(
      toPhase({
        run: pipelineRun(),
        taskRuns: [taskRun()],
        pods: [
          pod({
            scheduled: {
              type: 'PodScheduled',
              status: 'False',
              reason: 'Unschedulable',
              message,
            },
          }),
        ],
      }),
    ).toEqual({ phase: 'pending', reason: 'Unschedulable', message });
  });

  it('says that an image cannot be pulled', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling' };
    expect(
      toPhase({
        run: pipelineRun(),
        taskRuns: [taskRun()],
        pods: [
          pod({
            containers: [{ name: 'step-clone-repo', state: { waiting } }],
          }),
        ],
      }),
    ).toEqual({ phase: 'pending', ...waiting });
  });

  it('tells nothing of what the affinity assistant waits for, which runs no step', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling' };
    const assistant = pod({
      name: 'affinity-assistant-0',
      taskRun: undefined,
      containers: [{ name: 'affinity-assistant', state: { waiting } }],
    });
    expect(
      toPhase({
        run: pipelineRun(),
        taskRuns: [taskRun()],
        pods: [assistant, pod()],
      }),
    ).toEqual({ phase: 'pending' });
  });

  it.each(['FailedMount', 'FailedAttachVolume', 'FailedCreatePodSandBox'])(
    'says by the event %s what the status of the pod does not',
    reason => {
      const events = [event('Scheduled', 1), event(reason, 9)];
      expect(phaseOf(CREATING, events)).toEqual({
        phase: 'pending',
        reason,
        message: `${reason} at 9`,
      });
    },
  );

  it('tells nothing that something has followed, or that the kubelet tries again at once', () => {
    expect(
      phaseOf(CREATING, [
        event('FailedScheduling', 1),
        event('Scheduled', 5),
        event('FailedMount', 5),
      ]),
    ).toEqual({ phase: 'pending' });
    expect(
      phaseOf(CREATING, [event('FailedMount', 3), event('Pulling', 8)]),
    ).toEqual({ phase: 'pending' });
  });

  it('tells by no warning of another pod, and by none that holds nothing up', () => {
    const object = { kind: 'Pod', name: 'another' };
    expect(
      phaseOf(CREATING, [
        event('FailedMount', 9, { object }),
        event('DNSConfigForming', 9, { type: 'Warning' }),
      ]),
    ).toEqual({ phase: 'pending' });
  });

  it('says why an image cannot be pulled where the status tells only of the next try', () => {
    const failed = 'Failed to pull image "a": not found';
    const events = [
      event('Failed', 4, { type: 'Warning', message: failed }),
      event('Failed', 5, { type: 'Warning', message: 'Error: ErrImagePull' }),
    ];
    const reason = 'ImagePullBackOff';
    expect(
      phaseOf({ reason, message: 'Back-off pulling image "a"' }, events),
    ).toEqual({ phase: 'pending', reason, message: failed });
    const whole = 'Back-off pulling image "a": ErrImagePull: not found';
    expect(phaseOf({ reason, message: whole }, events).message).toBe(whole);
    expect(
      phaseOf({ reason, message: 'Back-off pulling image "a"' }, []).message,
    ).toBe('Back-off pulling image "a"');
  });

  it('says that a quota is used up, which no pod can tell', () => {
    expect(
      toPhase({
        run: pipelineRun(),
        taskRuns: [
          taskRun({
            succeeded: succeeded(
              'Unknown',
              'ExceededResourceQuota',
              'exceeded quota: builds',
            ),
          }),
        ],
        pods: [],
      }),
    ).toEqual({
      phase: 'pending',
      reason: 'ExceededResourceQuota',
      message: 'exceeded quota: builds',
    });
  });

  it('runs once a step does, and stops once somebody wants that', () => {
    const taskRuns = [taskRun({ steps: [runningStep('clone-repo')] })];
    expect(toPhase({ run: pipelineRun(), taskRuns, pods: [] })).toEqual({
      phase: 'running',
    });
    const run = pipelineRun({ isCancelRequested: true });
    expect(toPhase({ run, taskRuns, pods: [] })).toEqual({ phase: 'stopping' });
  });
});
