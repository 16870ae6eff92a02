import { cancelCases } from './cancelCases';
import { ExecutorFixture } from './ExecutorFixture';
import { lossCases } from './lossCases';
import { reportCases } from './reportCases';

/**
 * One promise that every executor keeps.
 *
 * @public
 */
export type ConformanceCase = {
  /** The promise in words. */
  name: string;
  /** Rejects where the executor breaks it. */
  run(fixture: ExecutorFixture): Promise<void>;
};

/**
 * What every `Executor` has to keep, to be run with any test framework
 * over a fixture that stays the same for all cases:
 *
 * ```ts
 * it.each(executorConformance({ steps: fixtureSteps }))('$name', each => each.run(fixture));
 * ```
 *
 * @param options - `steps`: the steps that can be made to wait; there is a case for a cancel in each
 * @public
 */
export function executorConformance(options: {
  steps: string[];
}): ConformanceCase[] {
  return [...reportCases, ...cancelCases(options.steps), ...lossCases];
}
