import {
  Build,
  BuildEvent,
  Execution,
  Metric,
  Step,
} from '@image-factory/backstage-plugin-image-factory-common';
import { wasHandedBack } from '../AttemptStory';

/** Milliseconds since 1970. What lasts still ends now. */
export type Span = { from: number; to: number; isLive: boolean };

/** What an attempt does for a while: it waits in the queue, for a node, for its first step, or runs a step. */
export type TimelineRow = {
  kind: 'queue' | 'node' | 'start' | 'step';
  /** Of the kind `step`. */
  step?: Step;
  /** Where it has begun. */
  span?: Span;
};

/** One attempt, or the one that is waited for. */
export type TimelineAttempt = {
  attempt: number;
  /** Once it has begun. */
  execution?: Execution;
  /** It was handed back to the queue on purpose. */
  isHandedBack?: boolean;
  rows: TimelineRow[];
  /** Its steps are not known, and so neither what it did nor whether it began: `rows` has none of that. */
  hasUnknownSteps?: boolean;
  /** Before it, where the build was over until somebody tried it again. */
  idle?: { from: number; to: number };
};

/** What is looked at of a build. */
export type TimelineFacts = {
  build: Build;
  executions: Execution[];
  /** The steps of each attempt; undefined where they are not known. */
  stepsOf: (attempt: number) => Step[] | undefined;
  events: BuildEvent[];
  metrics: Metric[];
  now: number;
};

/** The events by which a build comes into the queue. */
const QUEUED_BY = ['submitted', 'started', 'retried', 'requeued'];
/** A shorter one is none to a reader. */
const SHORTEST_MS = 1_000;

/** What a build has done when, attempt by attempt. */
export function toTimeline(facts: TimelineFacts): TimelineAttempt[] {
  const { build, executions, now } = facts;
  const attempts = executions.map((execution, index) => {
    const claimedAt = Date.parse(execution.startedAt);
    const before = executions[index - 1];
    const { queuedAt, idle } = entersQueue(facts, claimedAt, before);
    const steps = facts.stepsOf(execution.attempt);
    return {
      attempt: execution.attempt,
      execution,
      isHandedBack: wasHandedBack(facts.events, execution.attempt) || undefined,
      idle,
      hasUnknownSteps: steps === undefined,
      rows: [
        queueRow({ from: queuedAt, to: claimedAt, isLive: false }),
        ...(steps ? startRows(facts, execution, steps) : []),
        ...(steps ? stepRows(facts, execution, steps) : []),
      ],
    };
  });
  if (build.status !== 'queued') return attempts;
  const { queuedAt, idle } = entersQueue(facts, now, executions.at(-1));
  const waiting: TimelineAttempt = {
    attempt: build.attempt + 1,
    idle,
    rows: [queueRow({ from: queuedAt, to: now, isLive: true })],
  };
  return [...attempts, waiting];
}

function queueRow(span: Span): TimelineRow {
  return { kind: 'queue', span: ordered(span) };
}

/** Since when an attempt waited that was claimed at `claimedAt`. */
function entersQueue(
  { build, events }: TimelineFacts,
  claimedAt: number,
  before: Execution | undefined,
) {
  const endedAt = before?.finishedAt
    ? Date.parse(before.finishedAt)
    : -Infinity;
  const queuedAt =
    events
      .filter(({ type }) => QUEUED_BY.includes(type))
      .map(({ at }) => Date.parse(at))
      .filter(at => at >= endedAt && at <= claimedAt)
      .at(-1) ??
    (before ? endedAt : Date.parse(build.queuedAt ?? build.createdAt));
  const isIdle = before !== undefined && queuedAt - endedAt >= SHORTEST_MS;
  return {
    queuedAt,
    idle: isIdle ? { from: endedAt, to: queuedAt } : undefined,
  };
}

/** What lies between the queue and the first step; nothing where that is a moment. */
function startRows(
  facts: TimelineFacts,
  execution: Execution,
  steps: Step[],
): TimelineRow[] {
  const from = Date.parse(execution.startedAt);
  const began = firstBegan(steps);
  if (began === undefined) {
    return [{ kind: 'start', span: ordered(whole(facts, execution)) }];
  }
  const podStart = secondsOf(facts, execution, 'pod-start');
  const hadNode = began - (podStart ?? 0) * 1000;
  const rows: TimelineRow[] =
    podStart === undefined
      ? [{ kind: 'start', span: { from, to: began, isLive: false } }]
      : [
          { kind: 'node', span: { from, to: hadNode, isLive: false } },
          {
            kind: 'start',
            span: { from: Math.max(from, hadNode), to: began, isLive: false },
          },
        ];
  return rows.filter(({ span }) => span!.to - span!.from >= SHORTEST_MS);
}

function firstBegan(steps: Step[]): number | undefined {
  const times = steps.flatMap(({ startedAt }) =>
    startedAt ? [Date.parse(startedAt)] : [],
  );
  return times.length > 0 ? Math.min(...times) : undefined;
}

function secondsOf(
  { metrics }: TimelineFacts,
  { attempt }: Execution,
  name: string,
): number | undefined {
  return metrics.find(
    metric =>
      metric.attempt === attempt && !metric.step && metric.name === name,
  )?.value;
}

function stepRows(
  facts: TimelineFacts,
  execution: Execution,
  steps: Step[],
): TimelineRow[] {
  const { to: end, isLive } = whole(facts, execution);
  return steps.map(step => {
    const { startedAt, finishedAt, status } = step;
    if (!startedAt) return { kind: 'step', step };
    return {
      kind: 'step',
      step,
      span: ordered({
        from: Date.parse(startedAt),
        to: finishedAt ? Date.parse(finishedAt) : end,
        isLive: isLive && status === 'running',
      }),
    };
  });
}

function whole({ now }: TimelineFacts, execution: Execution): Span {
  const { startedAt, finishedAt } = execution;
  return {
    from: Date.parse(startedAt),
    to: finishedAt ? Date.parse(finishedAt) : now,
    isLive: !finishedAt,
  };
}

/** The clocks of a portal, a cluster and a browser differ: what ends before it begins takes no time. */
function ordered({ from, to, isLive }: Span): Span {
  return { from, to: Math.max(from, to), isLive };
}
