import {
  Build,
  WaitReason,
} from '@image-factory/backstage-plugin-image-factory-common';
import { QueueStore } from '../database';
import { explainWaitReason, isUnrunnable } from '../model';

/** With fewer waits than this on record there is no estimate. */
const ESTIMATE_FROM = 5;

/** Tells why a build does not run yet, in words, with its place in the queue where it is in line for something. */
export async function explainWait(options: {
  build: Build;
  queue: QueueStore;
  now: number;
  /** The title of an executor, by its id, where it is known. */
  titleOf: (executor: string) => string | undefined;
}): Promise<WaitReason> {
  const { build, queue, now, titleOf } = options;
  if (build.status === 'pending') {
    return {
      waiting: true,
      code: 'NOT_STARTED',
      message: 'It was submitted to be started later, and nobody has yet.',
      since: build.createdAt,
    };
  }
  const place = await queue.position(build.id);
  if (!place) return { waiting: false };

  const standing: WaitReason = {
    waiting: true,
    position: place.position,
    ahead: place.position - 1,
    running: place.running,
    since: build.queuedAt,
  };
  if (build.notBefore && Date.parse(build.notBefore) > now) {
    return {
      ...standing,
      code: 'BACKOFF',
      message: `Attempt ${build.attempt} of ${build.maxAttempts} was lost, and the next one waits until ${build.notBefore}.`,
      hint: build.failure?.message,
    };
  }
  const reason = await queue.waitReason(place.tenant, place.placementKey);
  if (!reason) {
    return {
      ...standing,
      code: 'NEXT',
      message: 'It starts as soon as the dispatcher gets to it.',
    };
  }
  if (isUnrunnable(reason)) {
    // Those before it are not what it waits for: it would read as if it were its turn.
    return {
      waiting: true,
      running: place.running,
      ...explainWaitReason(reason),
      since: reason.since,
    };
  }
  const title =
    reason.code === 'EXECUTOR_FULL' ? titleOf(reason.data.executor) : undefined;
  return {
    ...standing,
    ...explainWaitReason(reason, title),
    since: reason.since,
    estimatedSeconds: estimate(await queue.recentWaits(build.method)),
  };
}

/** The median, unless there is too little to go by or it is less than a second. */
function estimate(values: number[]): number | undefined {
  if (values.length < ESTIMATE_FROM) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  const seconds = Math.round(sorted[Math.floor(sorted.length / 2)]);
  return seconds > 0 ? seconds : undefined;
}
