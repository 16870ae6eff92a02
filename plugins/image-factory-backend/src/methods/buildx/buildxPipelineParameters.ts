import {
  BuildConfig,
  PipelineParameters,
} from '@image-factory/backstage-plugin-image-factory-node';
import { dockerfilePipelineParameters } from '../dockerfile';
import { readPlatforms } from './readPlatforms';

/** What the templates of the method are given. `platforms` itself is a name of the portal's. */
export function buildxPipelineParameters(
  config: BuildConfig,
): PipelineParameters {
  return {
    ...dockerfilePipelineParameters(config),
    'target-platforms': readPlatforms(config),
  };
}
