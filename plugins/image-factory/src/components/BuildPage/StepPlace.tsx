import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import { formatImage } from '../../format';
import { useWords } from '../../hooks';
import { ClusterLinks } from '../ClusterLinks';
import styles from './StepsAndLog.module.css';

/** Where a step runs on a cluster, and in which image; nothing where it runs beside the portal. */
export function StepPlace(props: { step: Step }) {
  const t = useWords();
  const { name, node, pod, image, links } = props.step;
  const parts = [
    { term: t('buildPage.node'), value: node, full: node },
    { term: t('buildPage.pod'), value: pod, full: pod },
    {
      term: t('buildPage.stepImage'),
      value: image && formatImage(image),
      full: image,
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
