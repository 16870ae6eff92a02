import {
  Build,
  BuildEvent,
  Execution,
  Failure,
  Step,
} from '@image-factory/backstage-plugin-image-factory-common';
import { selectStep } from '../StepList';
import { wasHandedBack } from './isHandedBack';

/** What held an attempt up before its first step, in the words of its cluster. */
export type HoldUp = { reason: string; message: string | undefined };

/** What is worth telling of one attempt. */
export type ToldAttempt = {
  attempt: number;
  execution: Execution;
  /** How it came to be: the first one by its submit, others after the one before. */
  cause: 'submitted' | 'again' | 'retried';
  /** Who retried it. */
  by: string | undefined;
  /** How long after the end of the one before, in milliseconds. */
  afterMs: number | undefined;
  /** The nodes of its pods. */
  nodes: string[];
  /** The nodes that it keeps off, since attempts before it were lost with them. */
  avoids: string[];
  heldUp: HoldUp[];
  /** Whether any step has begun; undefined where its steps are not known. */
  hasBegun: boolean | undefined;
  /** Of the log that tells most: of the failed step, or of the last one that ran. */
  logStep: string | undefined;
  failure: Failure | undefined;
  /** Who cancelled it. */
  cancelledBy: string | undefined;
  /** It was handed back to the queue on purpose, as where the portal stops. */
  isHandedBack: boolean;
};

/** Tells the attempts of a build in their order, from what is recorded of each. */
export function tellAttempts(facts: {
  build: Build;
  executions: Execution[];
  /** Undefined where the steps of an attempt are not known. */
  stepsOf: (attempt: number) => Step[] | undefined;
  events: BuildEvent[];
}): ToldAttempt[] {
  const { build, executions, stepsOf, events } = facts;
  return executions.map((execution, index) => {
    const { attempt, status } = execution;
    const known = stepsOf(attempt);
    const steps = known ?? [];
    const before = executions[index - 1];
    const retried = before && findRetry(events, before, execution);
    const logged = steps.filter(
      step => step.status !== 'pending' && step.status !== 'skipped',
    );
    return {
      attempt,
      execution,
      cause: causeOf(before, retried),
      by: retried?.actor,
      afterMs: before?.finishedAt
        ? at(execution.startedAt) - at(before.finishedAt)
        : undefined,
      nodes: nodesOf(steps),
      avoids: lostBefore(executions.slice(0, index), execution),
      heldUp: heldUpIn(events, attempt),
      hasBegun: known?.some(({ startedAt }) => startedAt !== undefined),
      logStep: execution.failure?.step ?? selectStep(logged)?.name,
      failure: execution.failure,
      cancelledBy:
        status === 'cancelled'
          ? findCancel(events, execution)?.actor ?? build.cancelRequestedBy
          : undefined,
      isHandedBack: wasHandedBack(events, attempt),
    };
  });
}

function nodesOf(steps: Step[]): string[] {
  return [...new Set(steps.flatMap(({ node }) => (node ? [node] : [])))];
}

/** An attempt may be lost otherwise than with its nodes: those are no reason to run elsewhere. */
function lostBefore(before: Execution[], { executor }: Execution): string[] {
  const nodes = before
    // What another place calls its nodes means nothing here.
    .filter(each => each.executor === executor)
    .flatMap(({ lostNodes = [] }) => lostNodes);
  return [...new Set(nodes)].sort();
}

function causeOf(
  before: Execution | undefined,
  retried: BuildEvent | undefined,
): ToldAttempt['cause'] {
  if (!before) return 'submitted';
  return retried ? 'retried' : 'again';
}

function findRetry(
  events: BuildEvent[],
  before: Execution,
  execution: Execution,
): BuildEvent | undefined {
  return events.find(
    event =>
      event.type === 'retried' &&
      at(event.at) >= at(before.finishedAt ?? before.startedAt) &&
      at(event.at) <= at(execution.startedAt),
  );
}

function findCancel(
  events: BuildEvent[],
  { startedAt, finishedAt }: Execution,
): BuildEvent | undefined {
  return events.find(
    event =>
      event.type === 'cancel-requested' &&
      at(event.at) >= at(startedAt) &&
      at(event.at) <= at(finishedAt ?? event.at),
  );
}

function heldUpIn(events: BuildEvent[], attempt: number): HoldUp[] {
  return events
    .filter(({ type, data }) => type === 'held-up' && data.attempt === attempt)
    .map(({ data }) => ({
      reason: String(data.reason),
      message: typeof data.message === 'string' ? data.message : undefined,
    }));
}

function at(time: string): number {
  return Date.parse(time);
}
