/**
 * Dates that go on from now at the pace of a clock that nobody can set, so that
 * no step ends before it began where the machine's clock is set meanwhile.
 */
export function steadyDates(clocks: {
  now: () => Date;
  /** In milliseconds. */
  steady: () => number;
}): () => Date {
  const from = clocks.now().getTime() - clocks.steady();
  return () => new Date(from + clocks.steady());
}
