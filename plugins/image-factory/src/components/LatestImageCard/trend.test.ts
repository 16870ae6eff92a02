import { aBuild } from '../../__testUtils__/examples';
import { trendOf } from './trend';

function ran(
  number: number,
  status: 'completed' | 'failed' | 'running',
  seconds: number,
) {
  const startedAt = '2026-01-01T00:00:00.000Z';
  return aBuild({
    id: `build-${number}`,
    number,
    status,
    startedAt,
    finishedAt:
      status === 'running'
        ? undefined
        : new Date(Date.parse(startedAt) + seconds * 1000).toISOString(),
  });
}

describe('trendOf', () => {
  const now = Date.parse('2026-01-01T00:00:20.000Z');

  it('goes from old to new, with heights of the longest', () => {
    const { bars } = trendOf(
      [ran(3, 'running', 0), ran(2, 'failed', 10), ran(1, 'completed', 40)],
      now,
    );
    expect(bars.map(({ number, height }) => [number, height])).toEqual([
      [1, 1],
      [2, 0.25],
      [3, 0.5],
    ]);
  });

  it('counts what is over, and takes the usual from what completed', () => {
    expect(
      trendOf(
        [
          ran(5, 'running', 0),
          ran(4, 'failed', 1),
          ran(3, 'completed', 10),
          ran(2, 'completed', 90),
          ran(1, 'completed', 20),
        ],
        now,
      ),
    ).toMatchObject({ completed: 3, over: 4, usual: 20_000 });
    expect(
      trendOf([ran(2, 'completed', 10), ran(1, 'completed', 20)], now).usual,
    ).toBe(15_000);
  });

  it('has no usual and no height where nothing ran', () => {
    const trend = trendOf([aBuild()], now);
    expect(trend.usual).toBeUndefined();
    expect(trend.bars[0]).toMatchObject({ duration: undefined, height: 0 });
  });
});
