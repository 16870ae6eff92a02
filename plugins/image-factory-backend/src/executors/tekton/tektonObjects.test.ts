import { pipelineRun, succeeded, taskRun } from './__testUtils__/runStates';
import { isSettled, reducePod, reduceTaskRun } from './tektonObjects';

describe('isSettled', () => {
  const run = pipelineRun({ taskRuns: ['docker-1-build'] });

  it('waits for the TaskRuns of a run, which Tekton ends after it where it is cancelled', () => {
    const running = succeeded('Unknown', 'Running');
    const cancelled = succeeded('False', 'TaskRunCancelled');
    expect(isSettled(run, [])).toBe(false);
    expect(isSettled(run, [taskRun({ succeeded: running })])).toBe(false);
    expect(isSettled(run, [taskRun({ succeeded: cancelled })])).toBe(true);
  });

  it('waits for nothing where Tekton has made none', () => {
    expect(isSettled(pipelineRun(), [])).toBe(true);
  });
});

describe('what is kept of objects', () => {
  const message = '[{"key":"digest","value":"x"}]'.repeat(100);
  const terminated = { exitCode: 0, reason: 'Completed', message };

  it('has no termination messages, which are long and of which there are thousands', () => {
    const metadata = { name: 'docker-1-build' };
    const step = {
      name: 'build-image',
      container: 'step-build-image',
      terminated: { ...terminated, containerID: 'containerd://1' },
      results: [{ name: 'digest', value: 'x' }],
    };
    const kept = reduceTaskRun({ metadata, status: { steps: [step] } });
    expect(JSON.stringify(kept)).not.toContain('key');
    expect(kept.steps[0]).toMatchObject({
      terminated: { exitCode: 0, reason: 'Completed' },
      results: step.results,
    });
    const container = {
      name: 'step-build-image',
      imageID: 'r.example.com/image',
      state: { terminated },
      lastState: { terminated },
    };
    expect(
      reducePod({ metadata, status: { containerStatuses: [container] } })
        .containers,
    ).toEqual([
      {
        name: 'step-build-image',
        state: { terminated: { exitCode: 0, reason: 'Completed' } },
      },
    ]);
  });
});

describe('reducePod', () => {
  it('knows a pod of a TaskRun by its own label alone, which the affinity assistant lacks', () => {
    const labels = {
      'tekton.dev/pipelineRun': 'docker-1',
      'app.kubernetes.io/component': 'affinity-assistant',
    };
    expect(reducePod({ metadata: { name: 'pod', labels } })).toMatchObject({
      pipelineRun: 'docker-1',
      taskRun: undefined,
    });
    const ofTask = { ...labels, 'tekton.dev/taskRun': 'docker-1-build' };
    expect(
      reducePod({ metadata: { name: 'pod', labels: ofTask } }).taskRun,
    ).toBe('docker-1-build');
  });

  it('tells when the deletion of a pod was asked for, which its grace comes on top of', () => {
    const metadata = {
      name: 'pod',
      deletionTimestamp: '2026-11-01T10:00:30Z',
      deletionGracePeriodSeconds: 30,
    };
    expect(reducePod({ metadata })).toMatchObject({
      isBeingDeleted: true,
      deletionAskedAt: '2026-11-01T10:00:00.000Z',
    });
    expect(reducePod({ metadata: { name: 'pod' } })).toMatchObject({
      isBeingDeleted: false,
      deletionAskedAt: undefined,
    });
  });
});
