import { ClusterEventSnapshot } from '@image-factory/backstage-plugin-image-factory-node';
import { PodState } from './tektonObjects';

/** What keeps a pod from starting without its own status saying more than that it is being created. */
const HOLDS_UP = [
  'FailedScheduling',
  'FailedAttachVolume',
  'FailedMount',
  'FailedMapVolume',
  'FailedPrepareDynamicResources',
  'NetworkNotReady',
  'FailedCreatePodSandBox',
];
/** What comes after that was got over. */
const GOES_ON = [
  'Scheduled',
  'SuccessfulAttachVolume',
  'Pulling',
  'Pulled',
  'Created',
  'Started',
];
const FAILED_PULL = /^Failed to pull image/;

/**
 * The event that tells what holds a pod up; none where something has gone on at
 * the same second or since, as the kubelet tries again within a second what has
 * only failed by chance.
 */
export function holdingUp(
  pod: PodState,
  events: ClusterEventSnapshot[],
): ClusterEventSnapshot | undefined {
  const ofPod = eventsOf(pod, events);
  const held = latest(ofPod.filter(({ reason }) => HOLDS_UP.includes(reason)));
  const wentOn = latest(ofPod.filter(({ reason }) => GOES_ON.includes(reason)));
  if (!held || (wentOn && wentOn.lastSeenAt >= held.lastSeenAt)) {
    return undefined;
  }
  return held;
}

/** Why an image of a pod cannot be pulled, in the words of the container runtime. */
export function failedPull(
  pod: PodState,
  events: ClusterEventSnapshot[],
): string | undefined {
  return latest(
    eventsOf(pod, events).filter(
      ({ reason, message }) => reason === 'Failed' && FAILED_PULL.test(message),
    ),
  )?.message;
}

function eventsOf(
  { name }: PodState,
  events: ClusterEventSnapshot[],
): ClusterEventSnapshot[] {
  return events.filter(
    ({ object }) => object.kind === 'Pod' && object.name === name,
  );
}

function latest(
  events: ClusterEventSnapshot[],
): ClusterEventSnapshot | undefined {
  return events.reduce<ClusterEventSnapshot | undefined>(
    (one, other) => (one && one.lastSeenAt > other.lastSeenAt ? one : other),
    undefined,
  );
}
