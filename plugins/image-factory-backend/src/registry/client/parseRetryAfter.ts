/** What a Retry-After header asks for, in milliseconds: seconds, or a date. */
export function parseRetryAfter(
  header: string | undefined,
  now: Date,
): number | undefined {
  if (header === undefined) {
    return undefined;
  }
  if (/^\d+$/.test(header)) {
    return Number(header) * 1000;
  }
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
