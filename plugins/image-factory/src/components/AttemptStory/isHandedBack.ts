import { BuildEvent } from '@image-factory/backstage-plugin-image-factory-common';

/**
 * Whether an event tells of a run that its executor gave up on purpose, as where
 * the portal stops. Events from before that was told lack what a fault always
 * has: its class.
 */
export function isHandedBack({ type, data }: BuildEvent): boolean {
  return type === 'requeued' && (data.handedBack === true || !data.class);
}

/** Whether the events tell so of an attempt. */
export function wasHandedBack(events: BuildEvent[], attempt: number): boolean {
  return events.some(
    event => isHandedBack(event) && event.data.attempt === attempt,
  );
}
