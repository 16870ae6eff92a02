import { pipelineRun, succeeded, taskRun } from './__testUtils__/runStates';
import { isSettled, reducePod } from './tektonObjects';

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

describe('reducePod', () => {
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
