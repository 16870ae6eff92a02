import {
  BuildConfig,
  PipelineParameters,
} from '@image-factory/backstage-plugin-image-factory-node';
import { readDockerfileParameters } from './readDockerfileParameters';

/**
 * What the templates of the method are given: the paths as they are for every
 * executor, so that a template need not know which Dockerfile a bare name means.
 */
export function dockerfilePipelineParameters(
  config: BuildConfig,
): PipelineParameters {
  const { dockerfile, context, target, buildArgs, labels, noCache } =
    readDockerfileParameters(config.parameters);
  return {
    'dockerfile-path': dockerfile,
    'context-path': context,
    target: target ?? '',
    'build-args': buildArgs.map(([name, value]) => `${name}=${value}`),
    labels: labels.map(([name, value]) => `${name}=${value}`),
    // Empty, so that a template without the parameter does for every build that does not ask for it.
    'no-cache': noCache ? 'true' : '',
  };
}
