import {
  Build,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';

/**
 * From when to when a build ran, or since when it runs. A build that waits has
 * no such span: what it may have started before it went back into the queue
 * counts no longer.
 */
export function runSpan(
  build: Build,
): { from: string; to: string | undefined } | undefined {
  if (!build.startedAt) {
    return undefined;
  }
  if (build.status === 'running') {
    return { from: build.startedAt, to: undefined };
  }
  return isTerminal(build.status) && build.finishedAt
    ? { from: build.startedAt, to: build.finishedAt }
    : undefined;
}
