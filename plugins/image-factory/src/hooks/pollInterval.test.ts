import { isWorthRetrying, pollInterval, retryDelay } from './pollInterval';

const now = 1_000_000;

describe('pollInterval', () => {
  it('reads an active build every two seconds while nothing pushes', () => {
    expect(
      pollInterval({
        liveliness: 'active',
        failed: false,
        lastSignalAt: undefined,
        now,
      }),
    ).toBe(2_000);
  });

  it('leaves an active build to the signals while they arrive, but for a safety net', () => {
    expect(
      pollInterval({
        liveliness: 'active',
        failed: false,
        lastSignalAt: now - 5_000,
        now,
      }),
    ).toBe(15_000);
  });

  it('reads why a build waits every five seconds, signals or not', () => {
    const waiting = { liveliness: 'waiting', failed: false, now } as const;
    expect(pollInterval({ ...waiting, lastSignalAt: now - 5_000 })).toBe(5_000);
    expect(pollInterval({ ...waiting, lastSignalAt: undefined })).toBe(2_000);
  });

  it('polls again when signals have fallen silent, as behind a dead socket', () => {
    expect(
      pollInterval({
        liveliness: 'active',
        failed: false,
        lastSignalAt: now - 31_000,
        now,
      }),
    ).toBe(2_000);
  });

  it('never reads again what is settled, not even after a failure', () => {
    expect(
      pollInterval({
        liveliness: 'settled',
        failed: true,
        lastSignalAt: undefined,
        now,
      }),
    ).toBe(false);
  });

  it('goes on trying, slowly, after all retries have failed', () => {
    expect(
      pollInterval({
        liveliness: 'active',
        failed: true,
        lastSignalAt: undefined,
        now,
      }),
    ).toBe(30_000);
  });
});

describe('retryDelay', () => {
  it('doubles from a second to half a minute', () => {
    expect([0, 1, 2, 3, 4, 5, 20].map(retryDelay)).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
  });
});

describe('isWorthRetrying', () => {
  it('tells a backend that is down from one that says no', () => {
    expect([undefined, 500, 503, 429].map(isWorthRetrying)).not.toContain(
      false,
    );
    expect([400, 401, 403, 404, 409].map(isWorthRetrying)).not.toContain(true);
  });
});
