import { ExecutionRow } from './PortalRows';

/** The most executions that were under way at one time, by what the database says of their begin and end. */
export function mostAtOnce(executions: ExecutionRow[]): number {
  const changes = executions
    .flatMap(({ started_at: start, finished_at: end }) => [
      { at: time(start), by: 1 },
      ...(end ? [{ at: time(end), by: -1 }] : []),
    ])
    // Whoever ends makes room for whoever begins in the same moment.
    .sort((one, other) => one.at - other.at || one.by - other.by);
  let running = 0;
  return changes.reduce((most, { by }) => {
    running += by;
    return Math.max(most, running);
  }, 0);
}

/** Milliseconds since 1970 of a time column of either database. */
export function time(value: string | Date): number {
  return new Date(value).getTime();
}
