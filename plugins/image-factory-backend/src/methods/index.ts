export { MethodRegistry } from './MethodRegistry';
export { explainFailure } from './explainFailure';
export { validateParameters } from './validateParameters';
export type { ParameterValidation } from './validateParameters';
export { buildxMethod } from './buildx';
export { dockerMethod } from './docker';
export { kanikoMethod } from './kaniko';
