import { TimelineAttempt } from './toTimeline';

/** The common scale of all rows. Places are from 0 to 1. */
export type Axis = {
  placeOf(at: number): number;
  ticks: { place: number; elapsed: number }[];
  /** Where time is left out. */
  cuts: number[];
};

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** What people count time in. */
const TICK_STEPS = [
  ...[100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map(each => each * SECOND),
  ...[1, 2, 5, 10, 15, 30].map(each => each * MINUTE),
  ...[1, 2, 3, 6, 12].map(each => each * HOUR),
];

/**
 * The scale from the first moment to the last, without the time in which the
 * build was over until somebody tried it again: that may be days.
 */
export function toAxis(attempts: TimelineAttempt[], mostTicks: number): Axis {
  const spans = attempts.flatMap(({ rows }) =>
    rows.flatMap(({ span }) => (span ? [span] : [])),
  );
  const idle = attempts.flatMap(({ idle: each }) => (each ? [each] : []));
  const from = Math.min(...spans.map(span => span.from));
  const to = Math.max(...spans.map(span => span.to));
  const elapsedAt = (at: number) =>
    idle.reduce(
      (elapsed, cut) =>
        elapsed - Math.max(0, Math.min(at, cut.to) - Math.max(from, cut.from)),
      Math.min(Math.max(at, from), to) - from,
    );
  const total = Math.max(1, elapsedAt(to));
  const step = tickStep(total, mostTicks);
  const ticks = [];
  for (let elapsed = 0; elapsed <= total; elapsed += step) {
    ticks.push({ elapsed, place: elapsed / total });
  }
  return {
    placeOf: at => elapsedAt(at) / total,
    ticks,
    cuts: idle.map(cut => elapsedAt(cut.from) / total),
  };
}

function tickStep(total: number, mostTicks: number): number {
  const least = total / mostTicks;
  return TICK_STEPS.find(step => step >= least) ?? Math.ceil(least / DAY) * DAY;
}
