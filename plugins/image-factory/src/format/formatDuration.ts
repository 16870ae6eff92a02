/**
 * A duration as a reader of build logs expects it: the two largest units, such
 * as `850 ms`, `12 s`, `1 m 04 s`, `2 h 05 m`.
 */
export function formatDuration(milliseconds: number): string {
  const clamped = Math.max(0, milliseconds);
  if (clamped < 1000) {
    return `${Math.round(clamped)} ms`;
  }
  const seconds = Math.floor(clamped / 1000);
  if (seconds < 10 && clamped % 1000 >= 100) {
    return `${(Math.floor(clamped / 100) / 10).toFixed(1)} s`;
  }
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} m ${twoDigits(seconds % 60)} s`;
  }
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} m`;
}

/** Whole seconds only, for a duration that still ticks. */
export function formatTickingDuration(milliseconds: number): string {
  return formatDuration(Math.max(1000, Math.floor(milliseconds / 1000) * 1000));
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
