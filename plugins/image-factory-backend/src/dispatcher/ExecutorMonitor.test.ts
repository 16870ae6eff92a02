import { mockServices } from '@backstage/backend-test-utils';
import { ScriptedExecutor } from '../__testUtils__/ScriptedExecutor';
import { ExecutorMonitor, toCapacity } from './ExecutorMonitor';

describe('ExecutorMonitor', () => {
  let executor: ScriptedExecutor;
  let monitor: ExecutorMonitor;

  beforeEach(() => {
    jest.useFakeTimers();
    executor = new ScriptedExecutor();
    monitor = ExecutorMonitor.create({
      executors: () => [executor],
      logger: mockServices.logger.mock(),
    });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  async function healthAfter(milliseconds: number) {
    const observed = monitor.observe();
    await jest.advanceTimersByTimeAsync(milliseconds);
    const [{ status }] = await observed;
    return status;
  }

  function hang() {
    const asked = jest.fn(() => new Promise<never>(() => undefined));
    executor.describe = asked;
    return asked;
  }

  it('says what an executor says', async () => {
    expect(await healthAfter(0)).toMatchObject({
      health: 'healthy',
      maxRunning: 10,
    });
  });

  it('takes one that throws for unavailable, with the reason', async () => {
    executor.describe = async () => {
      throw new Error('connect ECONNREFUSED');
    };
    expect(await healthAfter(0)).toMatchObject({
      health: 'unavailable',
      message: 'Executor scripted cannot be used: connect ECONNREFUSED.',
    });
  });

  it('waits three seconds for one that has never answered', async () => {
    hang();
    expect(await healthAfter(3_000)).toMatchObject({
      health: 'unavailable',
      message:
        'Executor scripted cannot be used: it has given no answer within 3 s.',
    });
  });

  it('goes by what one that is slow has said last, for half a minute', async () => {
    await healthAfter(0);
    hang();
    expect(await healthAfter(500)).toMatchObject({ health: 'healthy' });
    expect(await healthAfter(500)).toMatchObject({ health: 'healthy' });
    await jest.advanceTimersByTimeAsync(30_000);
    expect(await healthAfter(3_000)).toMatchObject({ health: 'unavailable' });
  });

  it('asks one that hangs once at a time, and anew after fifteen seconds', async () => {
    const asked = hang();
    await healthAfter(3_000);
    await healthAfter(3_000);
    expect(asked).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(15_000);
    await healthAfter(3_000);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('hears an answer that comes late', async () => {
    let answer = () => undefined as void;
    const { describe } = ScriptedExecutor.prototype;
    executor.describe = () =>
      new Promise(resolve => {
        answer = () => resolve(describe.call(executor));
      });
    expect(await healthAfter(3_000)).toMatchObject({ health: 'unavailable' });
    answer();
    await jest.advanceTimersByTimeAsync(0);
    hang();
    expect(await healthAfter(500)).toMatchObject({ health: 'healthy' });
  });

  it('takes one that fails to tell whom it has a place for as without one, and tells that once', async () => {
    const logger = mockServices.logger.mock();
    const failing = ExecutorMonitor.create({
      executors: () => [executor],
      logger,
    });
    executor.noPlaceFor = () => {
      throw new Error('a bug');
    };
    const [observed] = await failing.observe();
    const builds = [
      { tenant: 'group:default/a', method: 'docker' },
      { tenant: 'group:default/b', method: 'docker' },
      { tenant: 'group:default/a', method: 'docker' },
    ];
    expect(toCapacity(observed, 0, builds).withoutPlace).toEqual([
      {
        ...builds[0],
        message:
          'Executor scripted cannot tell whether it has a place for builds of group:default/a.',
        hint: expect.stringContaining('log'),
      },
      expect.objectContaining(builds[1]),
    ]);
    expect(logger.error).toHaveBeenCalledTimes(1);
  });
});
