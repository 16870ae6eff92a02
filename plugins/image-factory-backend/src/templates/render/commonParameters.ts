import { ParamValue } from '../pipeline';
import { RenderInput } from './RenderInput';

/** The parameters that every template is given of a build if it declares them. */
export function commonParameters({
  source,
  image,
  platforms,
  timeouts,
}: RenderInput): Record<CommonParameter, ParamValue> {
  return {
    repository: source.repository,
    revision: source.commit,
    ref: source.ref,
    'source-path': source.path,
    'image-name': image.repository,
    'image-tags': image.tags,
    'registry-insecure': image.insecure ? 'true' : 'false',
    platforms,
    'build-timeout': String(timeouts.buildSeconds),
  };
}

/** The names of the parameters that the portal gives by itself. */
export type CommonParameter =
  | 'repository'
  | 'revision'
  | 'ref'
  | 'source-path'
  | 'image-name'
  | 'image-tags'
  | 'registry-insecure'
  | 'platforms'
  | 'build-timeout';

/** Where in the input a common parameter comes from. */
export const COMMON_PATHS: Record<CommonParameter, string> = {
  repository: '/source/repository',
  revision: '/source/commit',
  ref: '/source/ref',
  'source-path': '/source/path',
  'image-name': '/image/repository',
  'image-tags': '/image/tags',
  'registry-insecure': '/image/insecure',
  platforms: '/platforms',
  'build-timeout': '/timeouts/buildSeconds',
};

/** Whether the portal gives a parameter of this name by itself. */
export function isCommonParameter(name: string): name is CommonParameter {
  return Object.hasOwn(COMMON_PATHS, name);
}
