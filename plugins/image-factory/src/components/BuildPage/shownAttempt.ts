/** The attempt that an address points to, such as `?attempt=1`; the latest unless there is an older one of that number. */
export function shownAttempt(search: string, latestAttempt: number): number {
  const asked = Number(new URLSearchParams(search).get('attempt'));
  return Number.isInteger(asked) && asked >= 1 && asked < latestAttempt
    ? asked
    : latestAttempt;
}
