/**
 * Contracts for build methods, executors and permission policies of Image Factory.
 *
 * @packageDocumentation
 */
export * from './buildConfig';
export * from './buildMethod';
export * from './executor';
export * from './clusterEvent';
export * from './executionUpdate';
export * from './failureRules';
export * from './extensionPoints';
export * from './metric';
export * from './permissions';
export * from './pipelineTemplate';
