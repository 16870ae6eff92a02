import { PushEvent } from '../../registry';
import { formatBytes } from './formatBytes';

/** A line of the log of a push. */
export function describePushEvent(event: PushEvent): string {
  switch (event.type) {
    case 'blob':
      return `Blob      ${event.digest} ${
        event.isThere ? 'exists' : 'pushed'
      }, ${formatBytes(event.sizeBytes)}`;
    case 'manifest':
      return `Manifest  ${event.digest} pushed`;
    case 'tag':
      return `Tag       ${event.tag} ${event.isThere ? 'exists' : 'pushed'}`;
    default:
      return `Retry     in ${(event.delayMs / 1000).toFixed(1)} s: ${
        event.problem
      }`;
  }
}
