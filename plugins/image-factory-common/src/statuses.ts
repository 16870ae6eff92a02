import { BuildStatus } from './schema/openapi';

/**
 * The statuses that a build leaves only by a retry.
 *
 * @public
 */
export const TERMINAL_BUILD_STATUSES: readonly BuildStatus[] = [
  'completed',
  'failed',
  'cancelled',
];

/**
 * Tells whether a build in this status is over.
 *
 * @public
 */
export function isTerminal(status: BuildStatus): boolean {
  return TERMINAL_BUILD_STATUSES.includes(status);
}
