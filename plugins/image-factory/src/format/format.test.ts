import {
  FormatWordKey,
  FormatWords,
  formatAge,
  formatBytes,
  formatDateTime,
  formatDuration,
  formatList,
  formatNumber,
  formatTick,
  formatTickingDuration,
  formatTime,
} from '.';

function wordsOf(messages: Record<FormatWordKey, string>): FormatWords {
  return (key, values) =>
    messages[key].replace('{{amount}}', values?.amount ?? '');
}

const ENGLISH: Record<FormatWordKey, string> = {
  'format.language': 'en',
  'format.justNow': 'just now',
  'format.hours': '{{amount}} h',
  'format.minutes': '{{amount}} m',
  'format.seconds': '{{amount}} s',
  'format.milliseconds': '{{amount}} ms',
};
const english = wordsOf(ENGLISH);
const german = wordsOf({
  'format.language': 'de',
  'format.justNow': 'gerade eben',
  'format.hours': '{{amount}} Std.',
  'format.minutes': '{{amount}} Min.',
  'format.seconds': '{{amount}} Sek.',
  'format.milliseconds': '{{amount}} ms',
});

describe('formatDuration', () => {
  it('shows the two units that matter', () => {
    expect(
      [0, 850, 3_400, 12_350, 64_000, 7_500_000].map(each =>
        formatDuration(each, english),
      ),
    ).toEqual(['0 ms', '850 ms', '3.4 s', '12 s', '1 m 04 s', '2 h 05 m']);
  });

  it('has the units of the language', () => {
    expect(
      [3_400, 64_000, 7_500_000].map(each => formatDuration(each, german)),
    ).toEqual(['3,4 Sek.', '1 Min. 04 Sek.', '2 Std. 05 Min.']);
  });

  it('counts an ahead clock as no time at all', () => {
    expect(formatDuration(-500, english)).toBe('0 ms');
  });

  it('ticks in whole seconds', () => {
    expect(
      [100, 1_900, 61_200].map(each => formatTickingDuration(each, english)),
    ).toEqual(['1 s', '1 s', '1 m 01 s']);
  });
});

describe('formatTick', () => {
  it('leaves out what is zero', () => {
    const moments = [0, 500, 1_000, 90_000, 3_600_000, 9_000_000];
    expect(moments.map(each => formatTick(each, english))).toEqual([
      '0 s',
      '0.5 s',
      '1 s',
      '1 m 30 s',
      '1 h',
      '2 h 30 m',
    ]);
    expect(formatTick(500, german)).toBe('0,5 Sek.');
  });
});

describe('formatBytes', () => {
  it('uses binary units with few digits', () => {
    expect(
      [0, 1023, 1024, 88_234_567, 5 * 1024 ** 3].map(each =>
        formatBytes(each, english),
      ),
    ).toEqual(['0 B', '1023 B', '1.0 KiB', '84.1 MiB', '5.0 GiB']);
    expect(formatBytes(88_234_567, german)).toBe('84,1 MiB');
  });
});

describe('formatAge', () => {
  const moment = '2026-01-01T00:00:00.000Z';
  const at = Date.parse(moment);

  it('names the largest unit, and calls what lies ahead of the clock now', () => {
    expect(formatAge(moment, at + 4 * 60_000, english)).toBe('4 min. ago');
    expect(formatAge(moment, at + 86_400_000, english)).toBe('yesterday');
    expect(formatAge(moment, at - 5_000, english)).toBe('just now');
  });

  it('speaks the language of the words', () => {
    expect(formatAge(moment, at + 4 * 60_000, german)).toBe('vor 4 Min.');
    expect(formatAge(moment, at - 5_000, german)).toBe('gerade eben');
  });
});

describe('formatNumber, formatList, formatTime', () => {
  it('go by the language of the words', () => {
    expect(formatNumber(12_000, english)).toBe('12,000');
    expect(formatNumber(12_000, german)).toBe('12.000');
    expect(formatList(['a', 'b', 'c'], english)).toBe('a, b, and c');
    expect(formatList(['a', 'b', 'c'], german)).toBe('a, b und c');
    // Midnight is no 24 o'clock.
    const midnight = new Date(2026, 0, 2, 0, 5, 9).getTime();
    expect(formatTime(midnight, english)).toBe('00:05:09');
    expect(formatDateTime(midnight, english)).toMatch(/^Jan 2, 2026, 00:05:09/);
    expect(formatDateTime(midnight, german)).toMatch(/^02\.01\.2026, 00:05:09/);
  });

  it('fall back to English where a translation names no language', () => {
    const wrong = wordsOf({ ...ENGLISH, 'format.language': 'no_such' });
    expect(formatNumber(12_000, wrong)).toBe('12,000');
  });
});
