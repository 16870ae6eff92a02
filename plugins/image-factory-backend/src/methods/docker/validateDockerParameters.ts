import {
  ParameterProblem,
  SourceView,
} from '@image-factory/backstage-plugin-image-factory-node';
import { JsonObject } from '@backstage/types';
import { posix } from 'node:path';
import {
  readDockerfileParameters,
  validateDockerfileParameters,
} from '../dockerfile';

/**
 * Podman and Buildah send a file of such a name through the `cpp` of where they
 * run, with its `#include` of any file there. They go by the path that they are
 * told, also where it is a symbolic link: seen with podman 4.3 and buildah 1.28.
 */
const PREPROCESSED = '.in';

/** As of any Dockerfile; and it is none that is preprocessed. */
export async function validateDockerParameters(
  parameters: JsonObject,
  source: SourceView | undefined,
): Promise<ParameterProblem[]> {
  const { dockerfile } = readDockerfileParameters(parameters);
  if (!dockerfile.endsWith(PREPROCESSED)) {
    return validateDockerfileParameters(parameters, source);
  }
  const name = posix.basename(dockerfile).slice(0, -PREPROCESSED.length);
  return [
    {
      path: '/dockerfile-path',
      message: `The name of the Dockerfile "${dockerfile}" ends in "${PREPROCESSED}": Podman and Buildah would send it through the C preprocessor, which can read files of the machine that builds. Give it a name that does not end so, such as "${posix.join(
        posix.dirname(dockerfile),
        name || 'Dockerfile',
      )}".`,
    },
  ];
}
