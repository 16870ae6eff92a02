import { coerce, lt } from 'semver';
import { isLabelValue } from './labels';
import { RenderInput, RenderProblem } from './RenderInput';

/** The oldest line of long support that is still kept. */
const OLDEST_TEKTON = '1.9.0';

const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const REPOSITORY_URL = /^https:\/\/[^\s/@?#\\]+\/[^\s?#\\]+$/;
const IMAGE =
  /^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+$/;
const PLATFORM = /^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9.]+)?$/;

/**
 * What is wrong with the input, whatever the template does with it. All of it
 * has been checked before a build is queued; a run is made of nothing that was
 * not.
 */
export function findInputProblems(input: RenderInput): RenderProblem[] {
  const { run, build, source, image, platforms, timeouts, cluster } = input;
  const { nativePlatforms = [], cache } = input;
  const problems: RenderProblem[] = [];
  const demand = (isMet: boolean, path: string, message: string) => {
    if (!isMet) problems.push({ path, message });
  };

  for (const [path, name] of [
    ['/run/name', run.name],
    ['/run/namespace', run.namespace],
  ]) {
    demand(
      NAME.test(name),
      path,
      `"${name}" cannot be a name in Kubernetes. Use up to 63 lower-case letters, digits and dashes, with a letter or digit at both ends.`,
    );
  }
  for (const [path, value] of [
    ['/run/instance', run.instance],
    ['/run/buildId', run.buildId],
    ['/build/method', build.method],
  ]) {
    demand(
      isLabelValue(value),
      path,
      `"${value}" cannot be the value of a label in Kubernetes. Use up to 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends.`,
    );
  }
  demand(
    build.method === input.template.method,
    '/build/method',
    `The template ${input.template.name} is for the method ${input.template.method}, and the build is one of ${build.method}. Choose a template of ${build.method}.`,
  );
  demand(
    COMMIT.test(source.commit),
    '/source/commit',
    'The commit must be a full hash in lower-case hexadecimal digits. Submit the build again, so that its ref is looked up.',
  );
  demand(
    REPOSITORY_URL.test(source.repository),
    '/source/repository',
    'The repository must be an https URL without a login. Correct the source location of the entity.',
  );
  demand(
    isFolder(source.path),
    '/source/path',
    'The folder must be a path inside the repository, without "..". Correct the source location of the entity.',
  );
  demand(
    IMAGE.test(image.repository),
    '/image/repository',
    'The image must have a registry and a repository, and no tag, such as registry.example.com/team/app. Name the registry in the image of the build.',
  );
  demand(
    cache === undefined || IMAGE.test(cache.repository),
    '/cache/repository',
    'The layer cache must have a registry and a repository, and no tag, such as registry.example.com/cache/payments. Correct the cache in the configuration of the cluster.',
  );
  [
    ...platforms.map((each, index) => [each, `/platforms/${index}`]),
    ...nativePlatforms.map((each, index) => [
      each,
      `/nativePlatforms/${index}`,
    ]),
  ].forEach(([platform, path]) =>
    demand(
      PLATFORM.test(platform),
      path,
      `"${platform.slice(
        0,
        50,
      )}" is no platform. Write it as linux/amd64 or linux/arm/v7.`,
    ),
  );
  for (const [path, seconds, least] of [
    ['/timeouts/buildSeconds', timeouts.buildSeconds, 1],
    ['/timeouts/pendingSeconds', timeouts.pendingSeconds, 0],
  ] as const) {
    demand(
      Number.isInteger(seconds) && seconds >= least,
      path,
      `The timeout must be a whole number of seconds, at least ${least}. Correct it.`,
    );
  }
  const version = coerce(cluster.tektonVersion);
  demand(
    !version || !lt(version, OLDEST_TEKTON),
    '/cluster/tektonVersion',
    `Tekton ${cluster.tektonVersion} of this cluster is older than ${OLDEST_TEKTON}, the oldest that is supported. Upgrade Tekton Pipelines there.`,
  );
  return problems;
}

function isFolder(path: string): boolean {
  return (
    path === '' ||
    (!path.startsWith('/') &&
      !path.startsWith('-') &&
      path.split('/').every(part => part !== '..' && part !== '.git'))
  );
}
