export * from './PipelineTemplate';
export * from './pipelineTypes';
export * from './pipelineRunTypes';
