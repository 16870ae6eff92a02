import { BuildMethod } from '@image-factory/backstage-plugin-image-factory-node';
import { dockerfileFailureRules } from '../dockerfile';
import { buildxInputs } from './buildxInputs';
import { buildxLocalPlan } from './buildxLocalPlan';
import { buildxPipelineParameters } from './buildxPipelineParameters';
import { daemonEnded, daemonNotThere } from './daemonFailures';
import { readPlatforms, readPlatformStrategy } from './readPlatforms';
import { reproduceBuildx } from './reproduceBuildx';
import { validateBuildxParameters } from './validateBuildxParameters';

/** Builds an image from a Dockerfile with BuildKit, for one platform or several. */
export const buildxMethod: BuildMethod = {
  id: 'buildx',
  title: 'Dockerfile (BuildKit)',
  description:
    'Builds an image from a Dockerfile with BuildKit, for one platform or for several in one index.',
  inputs: buildxInputs,
  needs: config => ({
    platforms: readPlatforms(config),
    capabilities: [],
    platformStrategy: readPlatformStrategy(config.parameters),
  }),
  tools: [
    {
      purpose: 'build',
      anyOf: [{ name: 'buildctl' }],
    },
  ],
  validate: validateBuildxParameters,
  localPlan: buildxLocalPlan,
  failureRules: [daemonNotThere, daemonEnded, ...dockerfileFailureRules],
  pipelineParameters: buildxPipelineParameters,
  reproduce: reproduceBuildx,
};
