import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import { backoffAfter, settle } from './settlement';

const infrastructure: Failure = {
  class: 'infrastructure',
  message: 'The disk is full.',
};
const user: Failure = { class: 'user', message: 'Dockerfile:1 is wrong.' };

describe('settle', () => {
  const base = { attempt: 1, maxAttempts: 3, cancelRequested: false };

  it('completes what completed, also where somebody asked too late for it to be cancelled', () => {
    expect(
      settle({
        ...base,
        cancelRequested: true,
        outcome: { status: 'completed' },
      }),
    ).toEqual({ transition: 'complete' });
  });

  it('tries an infrastructure failure again until the attempts are used up', () => {
    const outcome = { status: 'failed', failure: infrastructure } as const;
    expect(settle({ ...base, outcome })).toEqual({
      transition: 'requeue',
      failure: infrastructure,
      backoffMs: 5_000,
    });
    expect(settle({ ...base, attempt: 3, outcome })).toEqual({
      transition: 'fail',
      failure: infrastructure,
    });
  });

  it('never tries a failure of the user again by itself', () => {
    expect(
      settle({ ...base, outcome: { status: 'failed', failure: user } }),
    ).toEqual({ transition: 'fail', failure: user });
  });

  it('takes a lost run for an infrastructure failure', () => {
    const settlement = settle({
      ...base,
      attempt: 3,
      outcome: { status: 'lost', message: 'The portal was lost.' },
    });
    expect(settlement.transition).toBe('fail');
    expect(settlement.failure).toMatchObject({
      class: 'infrastructure',
      message: 'The portal was lost.',
    });
  });

  it('counts no attempt and waits for nothing where the portal has handed a build back', () => {
    expect(
      settle({
        ...base,
        attempt: 3,
        outcome: {
          status: 'lost',
          message: 'The portal stopped.',
          handedBack: true,
        },
      }),
    ).toEqual({ transition: 'requeue', anotherAttempt: true });
  });

  it.each([
    { status: 'cancelled' } as const,
    { status: 'failed', failure: infrastructure } as const,
    { status: 'lost', message: 'gone' } as const,
  ])('cancels what somebody wants cancelled, however it ended: %p', outcome => {
    expect(settle({ ...base, cancelRequested: true, outcome })).toEqual({
      transition: 'cancelRunning',
    });
  });

  it('waits longer before each attempt, and never more than five minutes', () => {
    expect([1, 2, 3, 20].map(backoffAfter)).toEqual([
      5_000, 10_000, 20_000, 300_000,
    ]);
  });
});
