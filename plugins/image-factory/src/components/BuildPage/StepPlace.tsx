import {
  Metric,
  Step,
} from '@image-factory/backstage-plugin-image-factory-common';
import { formatBytes, formatImage, formatNumber } from '../../format';
import { useWords } from '../../hooks';
import { ClusterLinks } from '../ClusterLinks';
import styles from './StepsAndLog.module.css';

/** Where a step runs on a cluster, in which image, and the most that it was seen to take; nothing where it runs beside the portal. */
export function StepPlace(props: {
  step: Step;
  /** Of the attempt that the step is of. */
  metrics: Metric[];
}) {
  const t = useWords();
  const { step, metrics } = props;
  const { name, node, pod, image, links } = step;
  const measured = (metric: string) =>
    metrics.find(each => each.step === name && each.name === metric)?.value;
  const memory = measured('peak-memory');
  const cpu = measured('peak-cpu');
  const parts = [
    { term: t('buildPage.node'), value: node, full: node },
    { term: t('buildPage.pod'), value: pod, full: pod },
    {
      term: t('buildPage.stepImage'),
      value: image && formatImage(image),
      full: image,
    },
    {
      term: t('buildPage.peakMemory'),
      value: memory === undefined ? undefined : formatBytes(memory, t),
      full: t('buildPage.peakHint'),
    },
    {
      term: t('buildPage.peakCpu'),
      value:
        cpu === undefined
          ? undefined
          : t('buildPage.cores', {
              amount: formatNumber(cpu, t, { maximumFractionDigits: 2 }),
            }),
      full: t('buildPage.peakHint'),
    },
  ].filter(part => part.value);
  if (parts.length === 0) return null;
  return (
    <div className={styles.placeRow}>
      <dl
        className={styles.place}
        aria-label={t('buildPage.place', { step: name })}
      >
        {parts.map(({ term, value, full }) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd title={full}>{value}</dd>
          </div>
        ))}
      </dl>
      <ClusterLinks links={links} />
    </div>
  );
}
