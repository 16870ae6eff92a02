import { ClockWatch } from './ClockWatch';

const HOUR_MS = 3_600_000;

describe('ClockWatch', () => {
  let steady: number;
  let watch: ClockWatch;

  beforeEach(() => {
    steady = 100;
    watch = ClockWatch.create({ steady: () => steady });
  });

  it('has seen no jump of a clock that goes on as time does, an answer being slow or not', () => {
    expect(watch.sinceJump(5_000)).toBe(Number.POSITIVE_INFINITY);
    steady += 10_000;
    expect(watch.sinceJump(15_000)).toBe(Number.POSITIVE_INFINITY);
    steady += 14_000;
    expect(watch.sinceJump(25_000)).toBe(Number.POSITIVE_INFINITY);
  });

  it.each([HOUR_MS, -HOUR_MS])(
    'tells how long ago the clock was set by %p ms',
    jump => {
      watch.sinceJump(5_000);
      steady += 10_000;
      expect(watch.sinceJump(15_000 + jump)).toBe(0);
      steady += 10_000;
      expect(watch.sinceJump(25_000 + jump)).toBe(10_000);
    },
  );
});
