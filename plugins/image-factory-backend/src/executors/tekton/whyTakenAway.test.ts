import { endedStep, pod, taskRun } from './__testUtils__/runStates';
import { whyTakenAway } from './whyTakenAway';

/** {@link endedStep} ends at 10:00:09. */
const BEFORE = '2026-11-01T10:00:08.000Z';
const AFTER = '2026-11-01T10:00:30.000Z';

function why(
  exitCode: number,
  pods: Parameters<typeof whyTakenAway>[0]['pods'],
) {
  return whyTakenAway({
    step: 'build-image',
    taskRuns: [taskRun({ steps: [endedStep('build-image', exitCode)] })],
    pods,
  });
}

describe('whyTakenAway', () => {
  it('tells who took a pod away whose deletion was asked for before the step ended', () => {
    expect(why(255, [pod({ deletionAskedAt: BEFORE })])).toBe(
      'somebody deleted it',
    );
    const disruption = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'EvictionByEvictionAPI',
      message: 'Eviction API: evicting',
    } as const;
    expect(why(1, [pod({ deletionAskedAt: BEFORE, disruption })])).toBe(
      'EvictionByEvictionAPI, Eviction API: evicting',
    );
  });

  it('leaves the blame with a step that had ended before, or whose pod nobody deletes', () => {
    expect(why(1, [pod({ deletionAskedAt: AFTER })])).toBeUndefined();
    expect(why(1, [pod()])).toBeUndefined();
  });

  it.each(['Evicted', 'Terminated', 'NodeShutdown'])(
    'knows of a pod that its kubelet has ended as %s that it was taken away, though nobody deletes it',
    reason => {
      const message = 'The node was low on resource: memory.';
      const given = pod({ phase: 'Failed', reason, message });
      expect(why(137, [given])).toBe(`${reason}, ${message}`);
    },
  );

  it('knows it of a pod that Kubernetes says it disrupts, though nobody deletes it', () => {
    const disruption = {
      type: 'DisruptionTarget',
      reason: 'TerminationByKubelet',
      message: 'Pod was terminated in response to imminent node shutdown.',
    };
    expect(
      why(255, [pod({ disruption: { ...disruption, status: 'True' } })]),
    ).toBe(`TerminationByKubelet, ${disruption.message}`);
    expect(
      why(255, [pod({ disruption: { ...disruption, status: 'False' } })]),
    ).toBeUndefined();
  });

  it('blames no cluster for a step that went wrong by itself before its pod was ended', () => {
    const disruption = {
      type: 'DisruptionTarget',
      status: 'True',
      lastTransitionTime: AFTER,
    } as const;
    expect(why(2, [pod({ disruption })])).toBeUndefined();
  });

  it('looks at the last pod of that name', () => {
    const first = pod({ uid: 'pod-1', deletionAskedAt: BEFORE });
    expect(why(1, [first, pod({ uid: 'pod-2' })])).toBeUndefined();
  });

  it('takes a signal for the end of a pod that is gone, and an ordinary exit code for what it is', () => {
    expect(why(143, [])).toBe(
      'a signal has ended the step, and the pod is gone',
    );
    expect(why(2, [])).toBeUndefined();
  });

  it('claims nothing where the pods could not be listed, or the step has not ended', () => {
    expect(why(143, undefined)).toBeUndefined();
    expect(
      whyTakenAway({ step: 'push-image', taskRuns: [taskRun()], pods: [] }),
    ).toBeUndefined();
  });
});
