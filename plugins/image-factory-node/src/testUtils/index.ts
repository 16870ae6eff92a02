/**
 * For those who bring an executor of their own: the suite that it has to pass.
 *
 * @packageDocumentation
 */
export { CollectedRun } from './CollectedRun';
export type { ExecutorFixture, RunBehaviour } from './ExecutorFixture';
export { executorConformance } from './executorConformance';
export type { ConformanceCase } from './executorConformance';
