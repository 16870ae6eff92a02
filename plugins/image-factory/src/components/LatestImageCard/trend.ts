import {
  Build,
  BuildStatus,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { runSpan } from '../Age';

/** One build in the trend of a component. */
export type TrendBar = {
  id: string;
  number: number;
  status: BuildStatus;
  /** How long it ran, or has run so far, in milliseconds; undefined where it never did. */
  duration: number | undefined;
  /** From 0 to 1, of the longest bar. */
  height: number;
};

/** How the last builds of a component went. */
export type Trend = {
  /** Oldest first. */
  bars: TrendBar[];
  completed: number;
  /** How many builds are over. */
  over: number;
  /** The median of what completed builds took, in milliseconds. */
  usual: number | undefined;
};

/** The trend of builds that are given newest first. */
export function trendOf(builds: Build[], now: number): Trend {
  const durations = builds.map(build => durationOf(build, now));
  const longest = Math.max(1, ...durations.map(duration => duration ?? 0));
  const bars = builds.map((build, index) => ({
    id: build.id,
    number: build.number,
    status: build.status,
    duration: durations[index],
    height: (durations[index] ?? 0) / longest,
  }));
  const ofCompleted = bars
    .filter(({ status }) => status === 'completed')
    .map(({ duration }) => duration ?? 0);
  return {
    bars: bars.reverse(),
    completed: ofCompleted.length,
    over: builds.filter(({ status }) => isTerminal(status)).length,
    usual: medianOf(ofCompleted),
  };
}

function durationOf(build: Build, now: number): number | undefined {
  const ran = runSpan(build);
  return (
    ran &&
    Math.max(0, (ran.to ? Date.parse(ran.to) : now) - Date.parse(ran.from))
  );
}

function medianOf(values: number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 || sorted.length === 0
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2;
}
