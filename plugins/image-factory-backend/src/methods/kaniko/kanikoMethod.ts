import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';
import {
  dockerfileInputs,
  dockerfilePipelineParameters,
  validateDockerfileParameters,
} from '../dockerfile';

/** Builds an image from a Dockerfile with kaniko, on Kubernetes alone. */
export const kanikoMethod: BuildMethod = {
  id: 'kaniko',
  title: 'Dockerfile (kaniko, legacy)',
  description:
    'Builds an image from a Dockerfile with kaniko. Legacy: for builds that depend on how kaniko works; choose buildx or docker for new ones.',
  inputs: dockerfileInputs,
  needs: config => ({ platforms: config.platforms, capabilities: [] }),
  // It unpacks images over the file system that it runs in, and builds in pods alone.
  tools: [],
  validate: validateDockerfileParameters,
  // kaniko's words are others, and in its log nothing tells them from a command's.
  failureRules: [],
  pipelineParameters: dockerfilePipelineParameters,
};
