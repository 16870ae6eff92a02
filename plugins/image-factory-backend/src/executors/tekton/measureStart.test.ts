import { pipelineRun, pod } from './__testUtils__/runStates';
import { measureStart } from './measureStart';

const step = (name: string, startedAt?: string) => ({
  name,
  ordinal: 0,
  status: 'running' as const,
  pod: 'docker-1-build-pod',
  startedAt,
});
const scheduled = (status: 'True' | 'False') => ({
  type: 'PodScheduled',
  status,
  lastTransitionTime: '2026-11-01T10:00:40Z',
});

describe('measureStart', () => {
  const run = pipelineRun();

  it('tells the wait for a node from what the pod took to start', () => {
    expect(
      measureStart({
        run,
        pods: [pod({ scheduled: scheduled('True') })],
        steps: [
          step('build-image', '2026-11-01T10:01:10.000Z'),
          step('clone-repo', '2026-11-01T10:00:55.000Z'),
          step('push-image'),
        ],
      }),
    ).toEqual([
      { name: 'node-wait', value: 40, unit: 'seconds' },
      { name: 'pod-start', value: 15, unit: 'seconds' },
    ]);
  });

  it('tells nothing before the first step, and nothing where the pod does not say', () => {
    const pods = [pod({ scheduled: scheduled('True') })];
    const steps = [step('clone-repo', '2026-11-01T10:00:55.000Z')];
    expect(measureStart({ run, pods, steps: [step('clone-repo')] })).toEqual(
      [],
    );
    expect(measureStart({ run, pods: [], steps })).toEqual([]);
    const unscheduled = [pod({ scheduled: scheduled('False') })];
    expect(measureStart({ run, pods: unscheduled, steps })).toEqual([]);
  });
});
