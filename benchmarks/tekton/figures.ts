import { Figure } from '../Benchmark';
import { median } from '../median';
import { quantile } from '../quantile';
import { CallCounts, total } from './ApiCalls';
import { BuildTimes } from './portalRuns';
import { UsageSample } from './ProcessUsage';
import { SeenRun } from './RunWatch';

/** What one side of the comparison has taken. */
export type Side = {
  tookMs: number;
  /** Of the machine, over the last minute, before and after. */
  load: [number, number];
  calls: CallCounts;
};

const MINUTE_MS = 60_000;

/** How fast builds went through, how long each part of the way took, and how it is without the portal. */
export function pathFigures(options: {
  times: BuildTimes[];
  bare: SeenRun[];
  portalSide: Side;
}): Figure[] {
  const { times, bare, portalSide } = options;
  const portalPace = pace(times.map(({ doneAt }) => doneAt));
  const barePace = pace(bare.map(({ doneAt }) => doneAt!));
  return [
    figure('all builds', portalSide.tookMs / 1000, 's'),
    figure('through the portal', portalPace, 'a minute'),
    figure('bare', barePace, 'a minute'),
    figure('the portal, times as fast as bare', portalPace / barePace, ''),
    ...spread('queued to claimed: a place is free', times, time => [
      time.queuedAt,
      time.claimedAt,
    ]),
    ...spread('claimed to created', times, time => [
      time.claimedAt,
      time.createdAt,
    ]),
    ...spread('created to done: Tekton', times, time => [
      time.createdAt,
      time.doneAt,
    ]),
    ...spread('the same, bare', bare, run => [run.createdAt, run.doneAt!]),
    ...spread('done to completed', times, time => [
      time.doneAt,
      time.completedAt,
    ]),
  ];
}

/** What it cost the portal and the API server. */
export function costFigures(options: {
  usage: UsageSample[];
  answers: number[];
  portalSide: Side;
  bareSide: Side;
  builds: number;
  bareRuns: number;
}): Figure[] {
  const { usage, answers, portalSide, bareSide, builds, bareRuns } = options;
  const [first] = usage;
  const last = usage[usage.length - 1];
  const peak = Math.max(...usage.map(({ residentMiB }) => residentMiB));
  return [
    figure("the portal's memory before", first.residentMiB, 'MiB'),
    figure('at most', peak, 'MiB'),
    figure('afterwards', last.residentMiB, 'MiB'),
    figure(
      "the portal's processor time a build",
      ((last.processorSeconds - first.processorSeconds) * 1000) / builds,
      'ms',
    ),
    figure(
      'the portal lists builds, 95 % within',
      quantile(answers, 0.95),
      'ms',
    ),
    figure(
      "the portal's requests a build",
      total(portalSide.calls.portal) / builds,
      '',
    ),
    figure(
      "Tekton's requests a build",
      total(portalSide.calls.tekton) / builds,
      '',
    ),
    figure(
      "Tekton's requests a bare run",
      total(bareSide.calls.tekton) / bareRuns,
      '',
    ),
  ];
}

/** How many come to their ends in a minute, without the first and the last tenth, when fewer are live. */
function pace(endedAt: number[]): number {
  const from = quantile(endedAt, 0.1);
  const to = quantile(endedAt, 0.9);
  const between = endedAt.filter(at => at > from && at <= to).length;
  return (between * MINUTE_MS) / (to - from);
}

function spread<T>(
  name: string,
  items: T[],
  ends: (item: T) => [number, number],
): Figure[] {
  const seconds = items.map(item => {
    const [from, to] = ends(item);
    return (to - from) / 1000;
  });
  return [
    figure(`${name}, median`, median(seconds), 's'),
    figure('95 % within', quantile(seconds, 0.95), 's'),
  ];
}

function figure(name: string, value: number, unit: string): Figure {
  return { name, value, unit };
}
