import {
  ParameterProblem,
  SourceView,
} from '@image-factory/backstage-plugin-image-factory-node';
import { JsonObject } from '@backstage/types';
import { validateDockerfileParameters } from '../dockerfile';
import { readPlatformStrategy } from './readPlatforms';

/** As of any Dockerfile; and who wants each platform on nodes of its own names them. */
export async function validateBuildxParameters(
  parameters: JsonObject,
  source: SourceView | undefined,
): Promise<ParameterProblem[]> {
  const { platforms } = parameters;
  const isUnnamed =
    readPlatformStrategy(parameters) === 'native' &&
    !(Array.isArray(platforms) && platforms.length > 0);
  return [
    ...(isUnnamed
      ? [
          {
            path: '/platform-strategy',
            message:
              'native builds each platform on nodes of its own, and none is named. Name the platforms, such as linux/amd64 and linux/arm64, or choose single-pod.',
          },
        ]
      : []),
    ...(await validateDockerfileParameters(parameters, source)),
  ];
}
