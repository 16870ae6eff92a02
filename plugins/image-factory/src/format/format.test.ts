import {
  formatAge,
  formatBytes,
  formatDuration,
  formatTickingDuration,
} from '.';

describe('formatDuration', () => {
  it('shows the two units that matter', () => {
    expect(
      [0, 850, 3_400, 12_350, 64_000, 7_500_000].map(formatDuration),
    ).toEqual(['0 ms', '850 ms', '3.4 s', '12 s', '1 m 04 s', '2 h 05 m']);
  });

  it('counts an ahead clock as no time at all', () => {
    expect(formatDuration(-500)).toBe('0 ms');
  });

  it('ticks in whole seconds', () => {
    expect([100, 1_900, 61_200].map(formatTickingDuration)).toEqual([
      '1 s',
      '1 s',
      '1 m 01 s',
    ]);
  });
});

describe('formatBytes', () => {
  it('uses binary units with few digits', () => {
    expect([0, 1023, 1024, 88_234_567, 5 * 1024 ** 3].map(formatBytes)).toEqual(
      ['0 B', '1023 B', '1.0 KiB', '84.1 MiB', '5.0 GiB'],
    );
  });
});

describe('formatAge', () => {
  it('names the largest unit, and calls what lies ahead of the clock now', () => {
    const moment = '2026-01-01T00:00:00.000Z';
    const at = Date.parse(moment);
    expect(formatAge(moment, at + 4 * 60_000)).toBe('4 min. ago');
    expect(formatAge(moment, at + 86_400_000)).toBe('yesterday');
    expect(formatAge(moment, at - 5_000)).toBe('just now');
  });
});
