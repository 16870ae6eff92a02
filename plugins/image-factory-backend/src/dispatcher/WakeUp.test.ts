import { WakeUp } from './WakeUp';

describe('WakeUp', () => {
  const never = new AbortController().signal;

  it('sleeps no longer when woken, also when woken before it slept', async () => {
    const wakeUp = WakeUp.create({ debounceMs: 0 });
    const slept = wakeUp.sleep(3_600_000, never);
    wakeUp.wake();
    await expect(slept).resolves.toBeUndefined();
    wakeUp.wake();
    await expect(wakeUp.sleep(3_600_000, never)).resolves.toBeUndefined();
  });

  it('gathers many wake-ups into one', async () => {
    const wakeUp = WakeUp.create({ debounceMs: 0 });
    wakeUp.wake();
    wakeUp.wake();
    await wakeUp.sleep(3_600_000, never);
    let woken = false;
    const abort = new AbortController();
    const second = wakeUp.sleep(3_600_000, abort.signal).then(() => {
      woken = !abort.signal.aborted;
    });
    abort.abort();
    await second;
    expect(woken).toBe(false);
  });

  it('ends at once when aborted', async () => {
    const wakeUp = WakeUp.create({ debounceMs: 3_600_000 });
    const abort = new AbortController();
    const slept = wakeUp.sleep(3_600_000, abort.signal);
    abort.abort();
    await expect(slept).resolves.toBeUndefined();
    await expect(
      wakeUp.sleep(3_600_000, abort.signal),
    ).resolves.toBeUndefined();
  });
});
