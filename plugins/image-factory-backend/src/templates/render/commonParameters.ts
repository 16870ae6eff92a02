import { ParamValue } from '../pipeline';
import { RenderInput } from './RenderInput';

/** The parameters that every template is given of a build if it declares them. */
export function commonParameters({
  source,
  image,
  platforms,
  timeouts,
  checks,
  cache,
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
    scan: checks?.scan ? 'true' : 'false',
    'scan-gate': checks?.gate?.severity ?? '',
    'scan-ignore-unfixed': checks?.gate?.ignoreUnfixed ? 'true' : 'false',
    'scan-ignore': checks?.gate?.ignore ?? [],
    'scan-database': checks?.database ?? '',
    'scan-java-database': checks?.javaDatabase ?? '',
    'cache-repository': cache?.repository ?? '',
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
  | 'build-timeout'
  | 'scan'
  | 'scan-gate'
  | 'scan-ignore-unfixed'
  | 'scan-ignore'
  | 'scan-database'
  | 'scan-java-database'
  | 'cache-repository';

/** What a template has to take for its scan to hold an image against the portal's gate. */
export const GATE_PARAMETERS: CommonParameter[] = [
  'scan-gate',
  'scan-ignore-unfixed',
  'scan-ignore',
];

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
  scan: '/checks/scan',
  'scan-gate': '/checks/gate/severity',
  'scan-ignore-unfixed': '/checks/gate/ignoreUnfixed',
  'scan-ignore': '/checks/gate/ignore',
  'scan-database': '/checks/database',
  'scan-java-database': '/checks/javaDatabase',
  'cache-repository': '/cache/repository',
};

/** Whether the portal gives a parameter of this name by itself. */
export function isCommonParameter(name: string): name is CommonParameter {
  return Object.hasOwn(COMMON_PATHS, name);
}
