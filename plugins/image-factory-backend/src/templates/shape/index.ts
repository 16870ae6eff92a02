export { checkShape } from './checkShape';
export type { Path, ShapeProblem } from './checkShape';
export { pipelineShape, versionLabel } from './pipelineShape';
