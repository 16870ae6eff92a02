import {
  BaseImage,
  BuildConfig,
} from '@image-factory/backstage-plugin-image-factory-node';
import { readDockerfileParameters } from '../dockerfile';

/**
 * With docker, and with podman or buildah in its place: they know all these
 * options. Only a path with a comma or a quotation mark is written as Docker
 * takes it: the other two would want it quoted, and Docker finds none that is. A
 * base image is told by its digest without a change to the Dockerfile.
 */
export function reproduceDocker(
  config: BuildConfig,
  bases: BaseImage[],
): string[][] {
  const { dockerfile, context, target, buildArgs, labels, noCache } =
    readDockerfileParameters(config.parameters);
  return [
    [
      'docker',
      'build',
      `--file=${dockerfile}`,
      ...(noCache ? ['--no-cache'] : []),
      ...(target ? [`--target=${target}`] : []),
      ...(config.platforms.length > 0
        ? [`--platform=${config.platforms.join(',')}`]
        : []),
      ...bases.map(
        ({ reference, digest }) =>
          `--build-context=${reference}=docker-image://${atDigest(
            reference,
            digest,
          )}`,
      ),
      ...buildArgs.map(([name, value]) => `--build-arg=${name}=${value}`),
      ...labels.map(([name, value]) => `--label=${name}=${value}`),
      `--tag=${config.image.reference}`,
      context,
    ],
  ];
}

/** The repository at the digest: a tag beside it would say nothing more. */
function atDigest(reference: string, digest: string): string {
  const [repository] = reference.split('@');
  return `${repository.replace(/:[^:/]*$/, '')}@${digest}`;
}
