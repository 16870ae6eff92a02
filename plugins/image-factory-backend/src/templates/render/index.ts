export { GATE_PARAMETERS } from './commonParameters';
export { findCheckProblems } from './findCheckProblems';
export { pruneChecks } from './pruneChecks';
export { renderPipelineRun } from './renderPipelineRun';
export { specHash } from './specHash';
export { RUN_ANNOTATIONS, RUN_LABELS, entityHash, tenantLabel } from './labels';
export { CREDENTIAL_WORKSPACES } from './renderWorkspaces';
export type { Rendered, RenderInput, RenderProblem } from './RenderInput';
