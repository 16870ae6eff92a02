import { FormatWords } from './FormatWords';
import { formatNumber } from './formatNumber';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * A duration as a reader of build logs expects it: the two largest units, such
 * as `850 ms`, `12 s`, `1 m 04 s`, `2 h 05 m`.
 */
export function formatDuration(milliseconds: number, t: FormatWords): string {
  const clamped = Math.max(0, milliseconds);
  if (clamped < SECOND) {
    return t('format.milliseconds', {
      amount: formatNumber(Math.round(clamped), t),
    });
  }
  const seconds = Math.floor(clamped / SECOND);
  if (seconds < 10 && clamped % SECOND >= 100) {
    return t('format.seconds', {
      amount: formatNumber(Math.floor(clamped / 100) / 10, t, {
        minimumFractionDigits: 1,
      }),
    });
  }
  if (clamped < MINUTE) {
    return t('format.seconds', { amount: formatNumber(seconds, t) });
  }
  if (clamped < HOUR) {
    return [
      t('format.minutes', { amount: formatNumber(minutesOf(clamped), t) }),
      t('format.seconds', { amount: twoDigits(seconds % 60, t) }),
    ].join(' ');
  }
  return [
    t('format.hours', { amount: formatNumber(Math.floor(clamped / HOUR), t) }),
    t('format.minutes', { amount: twoDigits(minutesOf(clamped), t) }),
  ].join(' ');
}

/** Whole seconds only, for a duration that still ticks. */
export function formatTickingDuration(
  milliseconds: number,
  t: FormatWords,
): string {
  return formatDuration(
    Math.max(SECOND, Math.floor(milliseconds / SECOND) * SECOND),
    t,
  );
}

/** A moment on a scale of time, such as `0 s`, `1 m 30 s` or `2 h`: without the units of which there is nothing. */
export function formatTick(elapsed: number, t: FormatWords): string {
  const parts = [
    { unit: 'format.hours', amount: Math.floor(elapsed / HOUR) } as const,
    { unit: 'format.minutes', amount: minutesOf(elapsed) } as const,
    { unit: 'format.seconds', amount: (elapsed % MINUTE) / SECOND } as const,
  ].filter(({ amount }) => amount > 0);
  return (
    parts
      .map(({ unit, amount }) => t(unit, { amount: formatNumber(amount, t) }))
      .join(' ') || t('format.seconds', { amount: formatNumber(0, t) })
  );
}

/** Beyond the full hours. */
function minutesOf(milliseconds: number): number {
  return Math.floor((milliseconds % HOUR) / MINUTE);
}

function twoDigits(value: number, t: FormatWords): string {
  return formatNumber(value, t, { minimumIntegerDigits: 2 });
}
