import { ClusterSilence } from './ClusterSilence';

const HOUR = 3_600_000;

describe('ClusterSilence', () => {
  let at = 0;
  const silence = () => {
    at = 1_000;
    return new ClusterSilence({
      cluster: 'prod',
      longestMs: HOUR,
      steady: () => at,
    });
  };
  const silent = { isHeard: false, isCancelWanted: false };

  it('waits for as long as a build may take, and gives it up then', () => {
    const given = silence();
    expect(given.outcome(silent)).toBeUndefined();
    at += HOUR;
    expect(given.outcome(silent)).toBeUndefined();
    at += HOUR;
    expect(given.outcome(silent)).toEqual({
      status: 'lost',
      message: expect.stringMatching(
        /^The cluster prod has told nothing of the build for 120 minutes/,
      ),
    });
  });

  it('counts anew where the cluster is heard again', () => {
    const given = silence();
    given.outcome(silent);
    at += HOUR;
    expect(given.outcome({ ...silent, isHeard: true })).toBeUndefined();
    at += HOUR;
    expect(given.outcome(silent)).toBeUndefined();
  });

  it('does not have somebody wait who wants the build cancelled', () => {
    const given = silence();
    const wanted = { ...silent, isCancelWanted: true };
    expect(given.outcome(wanted)).toBeUndefined();
    at += 61_000;
    expect(given.outcome(wanted)).toEqual({ status: 'cancelled' });
    expect(given.outcome({ ...wanted, isHeard: true })).toBeUndefined();
  });
});
