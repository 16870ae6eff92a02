import { OpenStreams } from './OpenStreams';

const NOW = new Date('2026-01-02T03:04:05.000Z');

function open(streams: OpenStreams, user: string, expiresAt?: Date) {
  return streams.open({ user, expiresAt, now: () => NOW });
}

describe('OpenStreams', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('lets each user have 20 open, and another for one that is closed', () => {
    const streams = OpenStreams.create();
    const first = open(streams, 'user:default/one');
    for (let count = 1; count < 20; count++) open(streams, 'user:default/one');
    expect(() => open(streams, 'user:default/one')).toThrow(
      expect.objectContaining({ status: 429, name: 'TooManyRequestsError' }),
    );
    expect(() => open(streams, 'user:default/other')).not.toThrow();
    first.close();
    expect(() => open(streams, 'user:default/one')).not.toThrow();
    expect(() => open(streams, 'user:default/one')).toThrow(/may follow 20/);
  });

  it('ends a stream when the token is no longer good, or after an hour', () => {
    const streams = OpenStreams.create();
    const soon = open(streams, 'user:default/one', new Date(+NOW + 5_000));
    const late = open(streams, 'user:default/one', new Date(+NOW + 86_400_000));
    jest.advanceTimersByTime(4_999);
    expect(soon.signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(soon.signal.aborted).toBe(true);
    jest.advanceTimersByTime(3_600_000 - 5_001);
    expect(late.signal.aborted).toBe(false);
    jest.advanceTimersByTime(1);
    expect(late.signal.aborted).toBe(true);
  });

  it('ends all at once when the portal stops, and refuses new ones in words', () => {
    const streams = OpenStreams.create();
    const stream = open(streams, 'user:default/one');
    streams.stop();
    expect(stream.signal.aborted).toBe(true);
    expect(() => open(streams, 'user:default/one')).toThrow(
      /The portal stops. Ask again/,
    );
  });
});
