import { Link as RouterLink } from 'react-router-dom';
import { useRouteRef } from '@backstage/core-plugin-api';
import { Text, VisuallyHidden } from '@backstage/ui';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { formatDuration } from '../../format';
import { Words, useNow, useWords } from '../../hooks';
import { buildRouteRef } from '../../routes';
import { statusText } from '../StatusChip';
import { Trend, TrendBar, trendOf } from './trend';
import styles from './LatestImageCard.module.css';

/** How the last builds went: a bar each, as high as it took long, oldest first. */
export function BuildTrend(props: { builds: Build[] }) {
  const t = useWords();
  const { builds } = props;
  const now = useNow(builds.some(({ status }) => status === 'running'));
  const trend = trendOf(builds, now);
  return (
    <div className={styles.trend}>
      <ol aria-label={t('card.trend')} className={styles.bars}>
        {trend.bars.map(bar => (
          <Bar key={bar.id} bar={bar} />
        ))}
      </ol>
      <Text variant="body-small" color="secondary">
        {summaryOf(t, trend)}
      </Text>
    </div>
  );
}

function Bar(props: { bar: TrendBar }) {
  const t = useWords();
  const buildLink = useRouteRef(buildRouteRef);
  const { bar } = props;
  const text = barText(t, bar);
  return (
    <li>
      <RouterLink
        to={buildLink({ buildId: bar.id })}
        className={styles.bar}
        title={text}
        // Twenty stops on the way through the page are too many; the keyboard
        // reaches every build from the list of all builds.
        tabIndex={-1}
      >
        <span
          className={styles.fill}
          data-status={bar.status}
          style={{ blockSize: `${Math.round(bar.height * 100)}%` }}
        />
        <VisuallyHidden>{text}</VisuallyHidden>
      </RouterLink>
    </li>
  );
}

function barText(t: Words, bar: TrendBar): string {
  const number = String(bar.number);
  const status = statusText(t, bar.status);
  return bar.duration === undefined
    ? t('card.trendBarBare', { number, status })
    : t('card.trendBar', {
        number,
        status,
        duration: formatDuration(bar.duration, t),
      });
}

function summaryOf(t: Words, trend: Trend): string {
  return [
    trend.over > 0 &&
      t('card.trendCompleted', {
        completed: String(trend.completed),
        amount: String(trend.over),
      }),
    trend.usual !== undefined &&
      t('card.trendUsual', { duration: formatDuration(trend.usual, t) }),
  ]
    .filter(Boolean)
    .join(' · ');
}
