import { VisuallyHidden } from '@backstage/ui';
import { formatTick } from '../../format';
import { useWords } from '../../hooks';
import { Axis } from './toAxis';
import styles from './BuildTimeline.module.css';

/** The columns; the last one has the ticks of the scale. */
export function TimelineHead(props: { axis: Axis }) {
  const t = useWords();
  return (
    <thead>
      <tr>
        <th scope="col" className={styles.name}>
          {t('timeline.step')}
        </th>
        <th scope="col" className={styles.began}>
          {t('timeline.began')}
        </th>
        <th scope="col" className={styles.took}>
          {t('timeline.took')}
        </th>
        <th scope="col" className={styles.bars}>
          <VisuallyHidden>{t('timeline.bar')}</VisuallyHidden>
          <div className={styles.scale} aria-hidden>
            {props.axis.ticks.map(({ place, elapsed }) => (
              <span
                key={elapsed}
                className={styles.tick}
                // The last one would hang over the edge.
                data-side={place > 0.94 ? 'before' : 'after'}
                style={{ insetInlineStart: `${place * 100}%` }}
              >
                {formatTick(elapsed, t)}
              </span>
            ))}
          </div>
        </th>
      </tr>
    </thead>
  );
}
