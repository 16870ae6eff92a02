import { EventObject, mayConcernRun, reduceEvent } from './clusterEvent';

const METADATA = {
  name: 'docker-1-build-pod.18a0',
  uid: 'event-1',
  creationTimestamp: '2026-11-01T10:00:00Z',
};
const POD = { kind: 'Pod', name: 'docker-1-build-pod' };

function event(overrides: Partial<EventObject> = {}): EventObject {
  return {
    metadata: METADATA,
    involvedObject: POD,
    type: 'Warning',
    reason: 'FailedMount',
    message: 'MountVolume.SetUp failed',
    ...overrides,
  };
}

describe('what is kept of an event', () => {
  it('is how often it has happened, first and last, as the kubelet writes it', () => {
    expect(
      reduceEvent(
        event({
          count: 7,
          firstTimestamp: '2026-11-01T10:00:01Z',
          lastTimestamp: '2026-11-01T10:05:00Z',
          eventTime: null,
          series: null,
        }),
      ),
    ).toEqual({
      key: 'event-1',
      type: 'Warning',
      object: POD,
      reason: 'FailedMount',
      message: 'MountVolume.SetUp failed',
      count: 7,
      firstSeenAt: '2026-11-01T10:00:01.000Z',
      lastSeenAt: '2026-11-01T10:05:00.000Z',
    });
  });

  it('is the same where the scheduler writes it, with a series and no timestamps', () => {
    const eventTime = '2026-11-01T10:00:01.123456Z';
    expect(
      reduceEvent(
        event({ eventTime, firstTimestamp: null, lastTimestamp: null }),
      ),
    ).toMatchObject({
      count: 1,
      firstSeenAt: '2026-11-01T10:00:01.123Z',
      lastSeenAt: '2026-11-01T10:00:01.123Z',
    });
    expect(
      reduceEvent(
        event({
          eventTime,
          series: { count: 3, lastObservedTime: '2026-11-01T10:02:00.5Z' },
        }),
      ),
    ).toMatchObject({
      count: 3,
      firstSeenAt: '2026-11-01T10:00:01.123Z',
      lastSeenAt: '2026-11-01T10:02:00.500Z',
    });
  });

  it('has a time where nobody has written one', () => {
    expect(reduceEvent(event())).toMatchObject({
      firstSeenAt: '2026-11-01T10:00:00.000Z',
      lastSeenAt: '2026-11-01T10:00:00.000Z',
    });
    const metadata = { name: 'a' };
    expect(reduceEvent(event({ metadata }))).toMatchObject({
      key: 'a',
      firstSeenAt: '1970-01-01T00:00:00.000Z',
    });
  });

  it('takes whatever is no warning for normal, and no message of any length', () => {
    expect(
      reduceEvent(event({ type: 'Odd', message: 'x'.repeat(1_000_000) })),
    ).toMatchObject({ type: 'Normal', message: 'x'.repeat(2_000) });
  });

  it.each([
    ['Pod', true],
    ['TaskRun', true],
    ['PipelineRun', true],
    ['Node', false],
    ['PersistentVolumeClaim', false],
    [undefined, false],
  ])('may concern a run where it is about a %s: %s', (kind, expected) => {
    expect(mayConcernRun(event({ involvedObject: { kind, name: 'a' } }))).toBe(
      expected,
    );
  });
});
