import { ContainerUsage } from './NamespaceUsage';
import { StepPeaks } from './StepPeaks';
import { toSteps } from './toSteps';
import {
  endedStep,
  pipelineRun,
  pod,
  runningStep,
  taskRun,
} from './__testUtils__/runStates';

const POD = 'docker-1-build-pod';

function usage(
  container: string,
  memoryBytes: number,
  cpuCores: number,
  /** In seconds after the second step began, which is nine after the minute. */
  { at = 30, since = 15 } = {},
): ContainerUsage {
  const began = Date.parse('2026-11-01T10:00:09Z');
  return {
    container,
    memoryBytes,
    cpuCores,
    at: began + at * 1_000,
    since: began + since * 1_000,
  };
}

/** As it is while its first step runs, or its second. */
function seen(at: 'clone-repo' | 'build-image') {
  const taskRuns = [
    taskRun({
      steps: [
        at === 'clone-repo'
          ? runningStep('clone-repo')
          : endedStep('clone-repo', 0),
        runningStep('build-image'),
        runningStep('push-image'),
      ],
    }),
  ];
  return { taskRuns, steps: toSteps(pipelineRun(), taskRuns, [pod()]) };
}

describe('StepPeaks', () => {
  it('tells the most that each step took while it ran, and nothing of those that wait', () => {
    let now = [
      usage('step-clone-repo', 10, 0.1),
      usage('step-build-image', 5, 0.01),
    ];
    const peaks = new StepPeaks({ of: name => (name === POD ? now : []) });
    const of = (step: string, memory: number, cpu: number) => [
      {
        step,
        name: 'peak-memory',
        value: memory,
        unit: 'bytes',
        keep: 'largest',
      },
      { step, name: 'peak-cpu', value: cpu, unit: 'cores', keep: 'largest' },
    ];
    expect(peaks.measure(seen('clone-repo'))).toEqual(
      of('clone-repo', 10, 0.1),
    );

    now = [usage('step-clone-repo', 1, 0), usage('step-build-image', 900, 0.5)];
    peaks.measure(seen('build-image'));
    now = [usage('step-build-image', 700, 1.5)];
    expect(peaks.measure(seen('build-image'))).toEqual([
      ...of('clone-repo', 10, 0.1),
      ...of('build-image', 900, 1.5),
    ]);
  });

  it('takes nothing for a step’s that was measured while its container waited', () => {
    let now = [usage('step-build-image', 3, 0.001, { at: -1, since: -16 })];
    const peaks = new StepPeaks({ of: () => now });
    expect(peaks.measure(seen('build-image'))).toEqual([]);
    // Its memory is of a moment, its cores are of the time before.
    now = [usage('step-build-image', 900, 0.2, { at: 5, since: -10 })];
    expect(
      peaks
        .measure(seen('build-image'))
        .map(({ name, value }) => [name, value]),
    ).toEqual([['peak-memory', 900]]);
  });

  it('tells nothing where nobody measures', () => {
    const peaks = new StepPeaks({ of: () => [] });
    expect(peaks.measure(seen('build-image'))).toEqual([]);
  });
});
