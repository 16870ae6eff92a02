export { MethodRegistry } from './MethodRegistry';
export { explainFailure } from './explainFailure';
export { validateParameters } from './validateParameters';
export type { ParameterValidation } from './validateParameters';
export { dockerMethod } from './docker';
