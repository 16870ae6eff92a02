import {
  endedStep,
  pipelineRun,
  pod,
  runningStep,
  succeeded,
  taskRun,
} from './__testUtils__/runStates';
import { mayHaveLeftPod } from './mayHaveLeftPod';
import { PodState } from './tektonObjects';

const failed = pipelineRun({ succeeded: succeeded('False', 'Failed') });
const ended = [taskRun({ steps: [endedStep('build-image', 1)] })];
/** Of the affinity assistant, while Tekton is yet to remove it. */
const assistant = pod({
  name: 'affinity-assistant-0',
  uid: 'pod-2',
  taskRun: undefined,
  phase: 'Running',
});

function left(...pods: PodState[]): boolean {
  return mayHaveLeftPod({ run: failed, taskRuns: ended, pods });
}

describe('mayHaveLeftPod', () => {
  it('tells of a pod of the run that still runs, or is about to', () => {
    expect(left(pod({ phase: 'Running' }))).toBe(true);
    expect(left(pod({ phase: undefined }))).toBe(true);
    expect(left(assistant, pod({ phase: 'Running' }))).toBe(true);
  });

  it('tells of none that has ended or is about to go', () => {
    expect(left()).toBe(false);
    expect(left(pod({ phase: 'Failed' }))).toBe(false);
    expect(left(pod({ phase: 'Running', isBeingDeleted: true }))).toBe(false);
  });

  it('leaves a failed run where it is though its affinity assistant still runs', () => {
    expect(left(pod({ phase: 'Failed' }), assistant)).toBe(false);
  });

  it('expects a pod yet where no step has begun', () => {
    const taskRuns = [taskRun()];
    expect(mayHaveLeftPod({ run: failed, taskRuns, pods: [] })).toBe(true);
  });

  it('expects none of a run that went well', () => {
    expect(
      mayHaveLeftPod({
        run: pipelineRun({ succeeded: succeeded('True', 'Succeeded') }),
        taskRuns: [taskRun({ steps: [runningStep('push-image')] })],
        pods: [pod({ phase: 'Running' })],
      }),
    ).toBe(false);
  });
});
