import { ReferrerEvent } from '../../registry';
import { describePushEvent } from './describePushEvent';

/** A line of the log of what is put beside an image. */
export function describeReferrerEvent(event: ReferrerEvent): string {
  return event.type === 'referrer'
    ? `Report    ${event.digest} pushed, ${event.artifactType}`
    : describePushEvent(event);
}
