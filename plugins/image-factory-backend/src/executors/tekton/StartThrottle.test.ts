import { ServerAnswer } from '../../clusters';
import { StartThrottle } from './StartThrottle';

const GOOD: ServerAnswer = { milliseconds: 20, status: 200 };
const SECOND = 1_000;

describe('StartThrottle', () => {
  let seconds: number;

  beforeEach(() => {
    seconds = 0;
  });

  function throttleOf(maxRunning: number) {
    return new StartThrottle({
      maxRunning,
      now: () => new Date(Date.UTC(2026, 0, 1, 12, 0, seconds)),
      steady: () => seconds * SECOND,
    });
  }

  /** One answer a second. */
  function hear(throttle: StartThrottle, answer: ServerAnswer, times: number) {
    for (let time = 0; time < times; time += 1) {
      throttle.hear(answer);
      seconds += 1;
    }
  }

  it.each([
    ['no answer', { milliseconds: 5_000, status: undefined }, 'no answer'],
    ['an overload', { milliseconds: 5, status: 429 }, 'more requests'],
    ['an error', { milliseconds: 5, status: 503 }, 'HTTP 503'],
    ['slowness', { milliseconds: 3_500, status: 201 }, 'more than 3 s'],
  ])('takes half as many after %s, and says why', (_, answer, words) => {
    const throttle = throttleOf(100);
    throttle.hear(answer);
    expect(throttle.maxRunning).toBe(50);
    expect(throttle.share).toBe(0.5);
    expect(throttle.throttling).toEqual({
      maxRunning: 100,
      since: '2026-01-01T12:00:00.000Z',
      message: expect.stringContaining(words),
    });
  });

  it.each([401, 403, 404, 409, 422])(
    'does not hold %d against a cluster that answers quickly',
    status => {
      const throttle = throttleOf(100);
      hear(throttle, { milliseconds: 20, status }, 60);
      expect(throttle.maxRunning).toBe(100);
      expect(throttle.throttling).toBeUndefined();
    },
  );

  it('counts many failures at once as one, and goes no lower than one build', () => {
    const throttle = throttleOf(100);
    const away = { milliseconds: 5_000, status: undefined };
    hear(throttle, away, 10);
    expect(throttle.maxRunning).toBe(50);
    hear(throttle, away, 600);
    expect(throttle.maxRunning).toBe(1);
  });

  it('takes more again step by step, and all of them in the end', () => {
    const throttle = throttleOf(100);
    hear(throttle, { milliseconds: 5, status: 503 }, 11);
    expect(throttle.maxRunning).toBe(25);
    hear(throttle, GOOD, 9);
    expect(throttle.maxRunning).toBe(25);
    const steps = Array.from({ length: 5 }, () => {
      hear(throttle, GOOD, 10);
      return throttle.maxRunning;
    });
    expect(steps).toEqual([45, 65, 85, 100, 100]);
    expect(throttle.throttling).toBeUndefined();
  });

  it('does not rise while some answers are bad', () => {
    const throttle = throttleOf(100);
    hear(throttle, { milliseconds: 5, status: 503 }, 1);
    for (let round = 0; round < 10; round += 1) {
      hear(throttle, GOOD, 4);
      hear(throttle, { milliseconds: 5, status: 429 }, 1);
    }
    expect(throttle.maxRunning).toBeLessThan(10);
    expect(throttle.throttling).toMatchObject({
      since: '2026-01-01T12:00:00.000Z',
      message: expect.stringContaining('more requests'),
    });
  });

  it('comes back to all where no more than one runs anyway', () => {
    const throttle = throttleOf(1);
    hear(throttle, { milliseconds: 5, status: 503 }, 1);
    expect(throttle.maxRunning).toBe(1);
    hear(throttle, GOOD, 30);
    expect(throttle.throttling).toBeUndefined();
  });
});
