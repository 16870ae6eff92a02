import fc from 'fast-check';
import { toAxis } from './toAxis';
import { TimelineAttempt } from './toTimeline';

const span = (from: number, to: number) => ({ from, to, isLive: false });

function attempt(
  from: number,
  to: number,
  idle?: TimelineAttempt['idle'],
): TimelineAttempt {
  return { attempt: 1, idle, rows: [{ kind: 'queue', span: span(from, to) }] };
}

describe('toAxis', () => {
  it('goes from the first moment to the last, with a few round ticks', () => {
    const axis = toAxis([attempt(1_000, 71_000)], 6);
    expect([1_000, 36_000, 71_000].map(axis.placeOf)).toEqual([0, 0.5, 1]);
    expect(axis.ticks.map(({ elapsed }) => elapsed)).toEqual([
      0, 15_000, 30_000, 45_000, 60_000,
    ]);
    expect(axis.cuts).toEqual([]);
  });

  it('leaves out the time in which nothing was to be done', () => {
    const axis = toAxis(
      [
        attempt(0, 60_000),
        attempt(86_400_000, 86_460_000, { from: 60_000, to: 86_400_000 }),
      ],
      6,
    );
    expect([60_000, 86_400_000, 86_430_000].map(axis.placeOf)).toEqual([
      0.5, 0.5, 0.75,
    ]);
    expect(axis.cuts).toEqual([0.5]);
  });

  it('stands where all is one moment', () => {
    expect(toAxis([attempt(5, 5)], 6).placeOf(5)).toBe(0);
  });

  it('has neither more ticks than there is room for, nor places off the scale', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 * 86_400_000 }),
        fc.integer({ min: 2, max: 12 }),
        fc.integer(),
        (length, most, at) => {
          const axis = toAxis([attempt(0, length)], most);
          expect(axis.ticks.length).toBeLessThanOrEqual(most + 1);
          for (const { place } of axis.ticks) {
            expect(place).toBeGreaterThanOrEqual(0);
            expect(place).toBeLessThanOrEqual(1);
          }
          expect(axis.placeOf(at)).toBeGreaterThanOrEqual(0);
          expect(axis.placeOf(at)).toBeLessThanOrEqual(1);
        },
      ),
    );
  });
});
