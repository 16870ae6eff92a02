import { CreatePace } from './CreatePace';

/** Timers fire up to a millisecond early. */
const EARLY_MS = 1;

describe('CreatePace', () => {
  it('lets pass so many a second as it is told at that moment', async () => {
    let perSecond = 100;
    const pace = new CreatePace({
      perSecond: () => perSecond,
      steady: () => performance.now(),
    });
    const { signal } = new AbortController();
    const began = performance.now();
    const passed: number[] = [];
    const pass = async () => {
      await pace.pass(signal);
      passed.push(performance.now() - began);
    };
    const quick = [pass(), pass()];
    perSecond = 5;
    await Promise.all([...quick, pass(), pass()]);
    [0, 10, 20, 220].forEach((earliest, index) =>
      expect(passed[index]).toBeGreaterThanOrEqual(earliest - EARLY_MS),
    );
  });

  it('lets nobody wait who has lost interest', async () => {
    const pace = new CreatePace({
      perSecond: () => 0.001,
      steady: () => performance.now(),
    });
    await pace.pass(new AbortController().signal);
    await expect(pace.pass(AbortSignal.timeout(10))).rejects.toThrow();
  });
});
