export { GATE_PARAMETERS } from './commonParameters';
export { findCheckProblems } from './findCheckProblems';
export {
  nodeLabelsOf,
  PLATFORMS_PARAMETER,
  templateStepName,
} from './platformTasks';
export { pruneChecks } from './pruneChecks';
export { renderPipelineRun } from './renderPipelineRun';
export { specHash } from './specHash';
export {
  COLLECTED_LABEL,
  RUN_ANNOTATIONS,
  RUN_LABELS,
  entityHash,
  tenantLabel,
} from './labels';
export { CREDENTIAL_WORKSPACES } from './renderWorkspaces';
export type {
  Rendered,
  RenderInput,
  RenderProblem,
  WorkspaceVolume,
} from './RenderInput';
