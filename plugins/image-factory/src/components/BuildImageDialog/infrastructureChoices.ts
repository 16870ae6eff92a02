import { Executor } from '@image-factory/backstage-plugin-image-factory-common';
import { Words } from '../../hooks';

const AUTO = 'auto';
const KUBERNETES = 'kubernetes';

/** Where a build may be asked to run. */
export type InfrastructureChoices = {
  options: { id: string; label: string }[];
  /** The option that stands for what a request or an entity names. */
  idOf(infrastructure: string): string;
};

/**
 * What there is to choose from; undefined where there is no choice. An only
 * cluster goes by what it is, several by their titles, too.
 */
export function infrastructureChoices(
  t: Words,
  executors: Executor[],
): InfrastructureChoices | undefined {
  if (executors.length < 2) return undefined;
  const clusters = executors.filter(({ type }) => type === KUBERNETES);
  const options = [
    { id: AUTO, label: t('dialog.automatic') },
    ...executors
      .filter(({ type }) => type !== KUBERNETES)
      .map(executor => toOption(t, executor)),
  ];
  if (clusters.length > 0) {
    const label =
      clusters.length > 1 ? t('dialog.anyCluster') : t('dialog.kubernetes');
    options.push({ id: KUBERNETES, label });
  }
  if (clusters.length > 1) {
    options.push(...clusters.map(cluster => toOption(t, cluster)));
  }
  const ids = options.map(({ id }) => id);
  return {
    options,
    idOf: infrastructure => {
      if (ids.includes(infrastructure)) return infrastructure;
      const named = executors.find(({ id }) => id === infrastructure);
      const typed = executors.find(({ type }) => type === infrastructure);
      return named?.type === KUBERNETES ? KUBERNETES : typed?.id ?? AUTO;
    },
  };
}

/** One that is down can be chosen all the same: the build waits until it is up. */
function toOption(t: Words, { id, title, health }: Executor) {
  return {
    id,
    label:
      health === 'unavailable' ? t('dialog.unavailable', { title }) : title,
  };
}
