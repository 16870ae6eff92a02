import { steadyDates } from './steadyDates';

describe('steadyDates', () => {
  it('goes on at the pace of time where the clock of the machine is set', () => {
    let machine = new Date('2026-01-01T12:00:00Z');
    let steady = 5_000;
    const now = steadyDates({ now: () => machine, steady: () => steady });
    expect(now()).toEqual(new Date('2026-01-01T12:00:00Z'));
    machine = new Date('2026-01-01T11:00:00Z');
    steady += 1_500;
    expect(now()).toEqual(new Date('2026-01-01T12:00:01.500Z'));
    machine = new Date('2026-01-01T14:00:00Z');
    steady += 500;
    expect(now()).toEqual(new Date('2026-01-01T12:00:02Z'));
  });
});
