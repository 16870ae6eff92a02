import { explainPending } from './explainPending';

describe('explainPending', () => {
  it.each([
    ['Unschedulable', 'pending.noNode'],
    ['ExceededNodeResources', 'pending.noNode'],
    ['SchedulingGated', 'pending.gated'],
    ['ExceededResourceQuota', 'pending.quota'],
    ['ErrImagePull', 'pending.pull'],
    ['ImagePullBackOff', 'pending.pull'],
    ['PullImageFailed', 'pending.pull'],
    ['CreateContainerConfigError', 'pending.config'],
    ['CreateContainerError', 'pending.container'],
    ['ResolvingTaskRef', 'pending.resolving'],
  ])('puts %s in the words of %s', (reason, sentence) => {
    expect(explainPending(reason).sentence).toBe(sentence);
  });

  it.each([undefined, '', 'SomethingNew', 'constructor', '__proto__'])(
    'says of %p only that it waits',
    reason => {
      expect(explainPending(reason)).toEqual({ sentence: 'pending.other' });
    },
  );
});
