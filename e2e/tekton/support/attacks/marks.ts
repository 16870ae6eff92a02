import { randomUUID } from 'node:crypto';

/** The same for all marks of one run of the tests. */
export const MARK = `${randomUUID().slice(0, 8)}.invalid`;

/** Whose login a mark stands in. */
export type MarkedLogin = 'git' | 'pull' | 'push' | 'victim';

/**
 * What stands in a login, so that whoever finds it somewhere tells which login
 * has come there. Those who look put it together, so that they do not find it in
 * their own text.
 */
export function markOf(login: MarkedLogin): string {
  return `${login}-mark-${MARK}`;
}
