import {
  BuildSourceConfig,
  ImageTarget,
  PlatformStrategy,
} from '@image-factory/backstage-plugin-image-factory-node';
import { LOCAL_EXECUTOR } from '../model';

/** What a build may ask for: an executor by its id or its type, or `auto`. */
export type KnownInfrastructure = {
  executors: { id: string; type: string }[];
};

/** Where a build is to run, or why it cannot run where it was asked to. */
export type ResolvedInfrastructure =
  | { infrastructure: string }
  | { problem: string };

const AUTO = 'auto';
const KUBERNETES = 'kubernetes';
const NO_NODES =
  'The machine of the portal is of one platform, and native builds each on nodes of its own. Build on a cluster, or with platform-strategy single-pod.';

/**
 * Settles where a build may run by what cannot change about it: a cluster reads
 * no directory of the portal's machine, gives no image back but through a
 * registry, and is told no place of sources that would be more than a place
 * there. Which executor it is in the end is decided when one has room.
 */
export function resolveInfrastructure(options: {
  asked: string;
  known: KnownInfrastructure;
  source: BuildSourceConfig;
  image: ImageTarget;
  platformStrategy?: PlatformStrategy;
}): ResolvedInfrastructure {
  const { asked, source, image, platformStrategy } = options;
  const { executors } = options.known;
  const choices = [
    AUTO,
    ...new Set(executors.flatMap(({ id, type }) => [id, type])),
  ];
  if (!choices.includes(asked)) {
    return {
      problem: `There is no executor ${JSON.stringify(
        asked,
      )}. Choose one of: ${choices.join(', ')}.`,
    };
  }
  const obstacle = obstacleToKubernetes(source, image);
  const isCluster = (one: string) =>
    one === KUBERNETES ||
    executors.some(({ id, type }) => id === one && type === KUBERNETES);
  if (platformStrategy === 'native') {
    const hasCluster = executors.some(({ type }) => type === KUBERNETES);
    const settled = asked === AUTO && hasCluster ? KUBERNETES : asked;
    if (isCluster(settled)) {
      return obstacle ? { problem: obstacle } : { infrastructure: settled };
    }
    return settled === AUTO || settled === LOCAL_EXECUTOR
      ? { problem: NO_NODES }
      : { infrastructure: settled };
  }
  if (!obstacle) return { infrastructure: asked };
  if (isCluster(asked)) return { problem: obstacle };
  // Where there is no cluster, executors of third parties are not to be shut out.
  const hasCluster = executors.some(({ type }) => type === KUBERNETES);
  return {
    infrastructure: asked === AUTO && hasCluster ? LOCAL_EXECUTOR : asked,
  };
}

function obstacleToKubernetes(
  source: BuildSourceConfig,
  image: ImageTarget,
): string | undefined {
  if (source.type !== 'git') {
    return 'A cluster cannot read sources in a directory of the portal. Put them into a git repository, or build on local.';
  }
  if (image.delivery !== 'push') {
    return `A cluster pushes what it builds, and ${image.reference} names no registry. Give a reference that begins with the host of one, or build on local.`;
  }
  const expanded = [source.repository, source.path].find(text =>
    text.includes('$('),
  );
  if (expanded !== undefined) {
    return `Pipelines would expand the "$(" in ${JSON.stringify(
      expanded,
    )}, where the sources are. Rename it, or build on local.`;
  }
  if (source.path.startsWith('-')) {
    return `A pipeline could take the folder ${JSON.stringify(
      source.path,
    )} of the sources for an option. Rename it, or build on local.`;
  }
  return undefined;
}
