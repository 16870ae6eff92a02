import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';
import {
  dockerfileFailureRules,
  dockerfileInputs,
  dockerfilePipelineParameters,
} from '../dockerfile';
import { dockerLocalPlan } from './dockerLocalPlan';
import { dockerTools } from './dockerTools';
import { reproduceDocker } from './reproduceDocker';
import { validateDockerParameters } from './validateDockerParameters';

/** Builds an image from a Dockerfile with Docker, Podman or Buildah. */
export const dockerMethod: BuildMethod = {
  id: 'docker',
  title: 'Dockerfile',
  description:
    'Builds an image from a Dockerfile with Docker, Podman or Buildah, whichever is there.',
  inputs: dockerfileInputs,
  needs: config => ({ platforms: config.platforms, capabilities: [] }),
  tools: dockerTools,
  validate: validateDockerParameters,
  localPlan: dockerLocalPlan,
  failureRules: dockerfileFailureRules,
  pipelineParameters: dockerfilePipelineParameters,
  reproduce: reproduceDocker,
};
