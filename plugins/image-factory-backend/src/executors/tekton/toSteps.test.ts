import { toSteps } from './toSteps';
import {
  endedStep,
  pipelineRun,
  pod,
  runningStep,
  succeeded,
  taskRun,
} from './__testUtils__/runStates';

const statuses = (...args: Parameters<typeof toSteps>) =>
  toSteps(...args).map(({ name, status }) => [name, status]);

describe('toSteps', () => {
  it('names all steps of the pipeline before there is a pod', () => {
    expect(statuses(pipelineRun(), [])).toEqual([
      ['clone-repo', 'pending'],
      ['build-image', 'pending'],
      ['push-image', 'pending'],
    ]);
  });

  it('has one step of a pod run at a time, though all its containers do', () => {
    const steps = [
      endedStep('clone-repo', 0),
      runningStep('build-image'),
      runningStep('push-image'),
    ];
    const [clone, build, push] = toSteps(pipelineRun(), [taskRun({ steps })]);
    expect(clone).toMatchObject({
      name: 'clone-repo',
      ordinal: 0,
      status: 'completed',
      startedAt: '2026-11-01T10:00:05.000Z',
      finishedAt: '2026-11-01T10:00:09.000Z',
      exitCode: 0,
    });
    expect(build).toMatchObject({
      status: 'running',
      // It began when the one before it ended, not when its container did.
      startedAt: '2026-11-01T10:00:09.000Z',
    });
    expect(push.status).toBe('pending');
  });

  it('fails the step that has failed, with its exit code, and skips those behind it', () => {
    const steps = [
      endedStep('clone-repo', 0),
      endedStep('build-image', 125),
      endedStep('push-image', 1, 'Skipped'),
    ];
    const run = pipelineRun({ succeeded: succeeded('False', 'Failed') });
    expect(toSteps(run, [taskRun({ steps })])).toMatchObject([
      { status: 'completed' },
      { status: 'failed', exitCode: 125 },
      { status: 'skipped' },
    ]);
  });

  it('tells a step that ran out of memory by its reason', () => {
    const steps = [endedStep('clone-repo', 137, 'OOMKilled')];
    expect(toSteps(pipelineRun(), [taskRun({ steps })])[0]).toMatchObject({
      status: 'failed',
      exitCode: 137,
      reason: 'OOMKilled',
    });
  });

  it('tells the pod, the node and the image of each step', () => {
    const steps = [
      {
        ...endedStep('clone-repo', 0),
        imageID: 'registry.example.com/git@sha256:1',
      },
      runningStep('build-image'),
    ];
    const [clone, , push] = toSteps(
      pipelineRun(),
      [taskRun({ steps })],
      [pod()],
    );
    expect(clone).toMatchObject({
      image: 'registry.example.com/git@sha256:1',
      pod: 'docker-1-build-pod',
      node: 'node-a',
    });
    expect(push).toMatchObject({ pod: 'docker-1-build-pod', node: 'node-a' });
  });

  it('tells the namespace, the task and what that comes after, before there is a pod', () => {
    const run = pipelineRun({
      steps: [
        { task: 'build', runAfter: [], name: 'build-image' },
        { task: 'index', runAfter: ['build'], name: 'push-image' },
      ],
    });
    expect(toSteps(run, [])).toMatchObject([
      { namespace: 'builds-a', task: 'build', runAfter: [], pod: undefined },
      { namespace: 'builds-a', task: 'index', runAfter: ['build'] },
    ]);
  });

  it('cancels the step that ran when the pod was ended, and skips those that had not begun', () => {
    const steps = [
      endedStep('clone-repo', 0),
      endedStep('build-image', 1, 'TaskRunCancelled'),
      endedStep('push-image', 1, 'TaskRunCancelled'),
    ];
    const run = pipelineRun({ succeeded: succeeded('False', 'Cancelled') });
    expect(toSteps(run, [taskRun({ steps })])).toMatchObject([
      { status: 'completed' },
      { status: 'cancelled', startedAt: '2026-11-01T10:00:09.000Z' },
      { status: 'skipped' },
    ]);
  });

  it('skips what has not run where the run is over without it', () => {
    const run = pipelineRun({
      succeeded: succeeded('False', 'CreateRunFailed'),
    });
    expect(statuses(run, [])).toEqual([
      ['clone-repo', 'skipped'],
      ['build-image', 'skipped'],
      ['push-image', 'skipped'],
    ]);
  });
});
