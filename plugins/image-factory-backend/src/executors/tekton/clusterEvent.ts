import { ClusterEventSnapshot } from '@image-factory/backstage-plugin-image-factory-node';
import { KubernetesObject } from '../../clusters';

/** An Event of the API version `v1`. Whoever has written it by `events.k8s.io/v1`, as the scheduler does, leaves the older fields empty. */
export type EventObject = KubernetesObject & {
  involvedObject?: { kind?: string; name?: string };
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  series?: { count?: number; lastObservedTime?: string } | null;
};

/** What the runs of builds are made of. */
const KINDS = ['PipelineRun', 'TaskRun', 'Pod'];
/** Kubernetes' own components write no more than 1 KiB. */
const LONGEST_MESSAGE = 2_000;

/** Whether an event may be about what a run is made of. */
export function mayConcernRun({ involvedObject }: EventObject): boolean {
  return Boolean(
    involvedObject?.name && KINDS.includes(involvedObject.kind ?? ''),
  );
}

/** What an event is about, as one word. */
export function objectKey({ kind, name }: { kind: string; name: string }) {
  return `${kind}/${name}`;
}

/** What is kept of an event that {@link mayConcernRun}. */
export function reduceEvent(event: EventObject): ClusterEventSnapshot {
  const { metadata, involvedObject, series, message = '' } = event;
  const first =
    event.firstTimestamp ?? event.eventTime ?? metadata.creationTimestamp;
  const last =
    series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? first;
  return {
    key: metadata.uid ?? metadata.name,
    type: event.type === 'Warning' ? 'Warning' : 'Normal',
    object: {
      kind: involvedObject?.kind ?? '',
      name: involvedObject?.name ?? '',
    },
    reason: event.reason ?? '',
    message: message.slice(0, LONGEST_MESSAGE),
    count: series?.count ?? event.count ?? 1,
    firstSeenAt: toIso(first),
    lastSeenAt: toIso(last),
  };
}

/** With milliseconds, as all times here are; an event without any time counts as one of long ago. */
function toIso(time: string | undefined): string {
  const milliseconds = Date.parse(time ?? '');
  return new Date(Number.isNaN(milliseconds) ? 0 : milliseconds).toISOString();
}
