import {
  BaseImage,
  BuildConfig,
} from '@image-factory/backstage-plugin-image-factory-node';
import { reproduceDocker } from '../docker';
import { readPlatforms } from './readPlatforms';

/** With Docker's buildx, which is BuildKit as well. */
export function reproduceBuildx(
  config: BuildConfig,
  bases: BaseImage[],
): string[][] {
  const platforms = readPlatforms(config);
  return reproduceDocker({ ...config, platforms }, bases).map(
    ([docker, ...rest]) => [docker, 'buildx', ...rest],
  );
}
