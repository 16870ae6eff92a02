import { toPhase } from './toPhase';
import {
  pipelineRun,
  pod,
  runningStep,
  succeeded,
  taskRun,
} from './__testUtils__/runStates';

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
