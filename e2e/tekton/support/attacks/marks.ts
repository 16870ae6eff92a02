import { randomUUID } from 'node:crypto';

const run = randomUUID().slice(0, 8);

/**
 * What stands in each login of these tests, so that whoever finds one of them
 * somewhere tells which login has come there.
 */
export const MARKS = {
  git: `git-mark-${run}.invalid`,
  pull: `pull-mark-${run}.invalid`,
  push: `push-mark-${run}.invalid`,
  victim: `victim-mark-${run}.invalid`,
} as const;
