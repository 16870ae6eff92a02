import { FormatWords, languageOf } from './FormatWords';

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 24 * 3600],
  ['month', 30 * 24 * 3600],
  ['day', 24 * 3600],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** How long ago a moment was, such as `4 min. ago`. The last second, and a moment ahead of the clock, are `just now`. */
export function formatAge(moment: string, now: number, t: FormatWords): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(moment)) / 1000));
  const format = new Intl.RelativeTimeFormat(languageOf(t), {
    numeric: 'auto',
    style: 'short',
  });
  for (const [unit, size] of STEPS) {
    if (seconds >= size) {
      return format.format(-Math.floor(seconds / size), unit);
    }
  }
  return t('format.justNow');
}
