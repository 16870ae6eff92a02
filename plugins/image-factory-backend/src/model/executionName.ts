/**
 * The name of a run out there. Made of method, build and attempt and never of
 * the lease, so that whoever starts it twice gets one run. At most 50
 * characters for the methods that there are.
 */
export function executionName(options: {
  method: string;
  buildId: string;
  attempt: number;
}): string {
  const { method, buildId, attempt } = options;
  return `${method}-${buildId.replaceAll('-', '')}-${attempt}`;
}
