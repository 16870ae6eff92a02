export * from './PipelineTemplate';
export * from './pipelineTypes';
export * from './pipelineRunTypes';
export * from './tasksBefore';
