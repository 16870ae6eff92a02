import { throttle } from './throttle';

describe('throttle', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('runs at once, and a burst of calls comes to one more at the interval’s end', () => {
    const action = jest.fn();
    const run = throttle(action, 500);
    run();
    expect(action).toHaveBeenCalledTimes(1);
    run();
    run();
    run();
    expect(action).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(500);
    expect(action).toHaveBeenCalledTimes(2);
    jest.advanceTimersByTime(5_000);
    expect(action).toHaveBeenCalledTimes(2);
  });

  it('runs at once again after a pause', () => {
    const action = jest.fn();
    const run = throttle(action, 500);
    run();
    jest.advanceTimersByTime(500);
    run();
    expect(action).toHaveBeenCalledTimes(2);
  });

  it('forgets what was to come when it is cancelled', () => {
    const action = jest.fn();
    const run = throttle(action, 500);
    run();
    run();
    run.cancel();
    jest.advanceTimersByTime(5_000);
    expect(action).toHaveBeenCalledTimes(1);
  });
});
