import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';
import { dockerFailureRules } from './failureRules';
import { dockerInputs } from './dockerInputs';
import { dockerLocalPlan } from './dockerLocalPlan';
import { dockerPipelineParameters } from './dockerPipelineParameters';
import { dockerTools } from './dockerTools';
import { reproduceDocker } from './reproduceDocker';
import { validateDockerParameters } from './validateDockerParameters';

/** Builds an image from a Dockerfile with Docker, Podman or Buildah. */
export const dockerMethod: BuildMethod = {
  id: 'docker',
  title: 'Dockerfile',
  description:
    'Builds an image from a Dockerfile with Docker, Podman or Buildah, whichever is there.',
  inputs: dockerInputs,
  needs: config => ({ platforms: config.platforms, capabilities: [] }),
  tools: dockerTools,
  validate: validateDockerParameters,
  localPlan: dockerLocalPlan,
  failureRules: dockerFailureRules,
  pipelineParameters: dockerPipelineParameters,
  reproduce: reproduceDocker,
};
