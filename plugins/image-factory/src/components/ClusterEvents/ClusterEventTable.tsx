import { RiErrorWarningFill, RiInformationLine } from '@remixicon/react';
import { Text } from '@backstage/ui';
import {
  ClusterEvent,
  ClusterEventType,
} from '@image-factory/backstage-plugin-image-factory-common';
import { formatDateTime, formatTime } from '../../format';
import { useWords } from '../../hooks';
import styles from './ClusterEvents.module.css';

/** Events of a cluster in the order in which they have begun. */
export function ClusterEventTable(props: { items: ClusterEvent[] }) {
  const t = useWords();
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th scope="col">{t('clusterEvents.time')}</th>
          <th scope="col">{t('clusterEvents.type')}</th>
          <th scope="col">{t('clusterEvents.object')}</th>
          <th scope="col">{t('clusterEvents.reason')}</th>
          <th scope="col">{t('clusterEvents.message')}</th>
          <th scope="col">{t('clusterEvents.count')}</th>
        </tr>
      </thead>
      <tbody>
        {props.items.map(event => (
          <tr key={event.key} data-type={event.type}>
            <td className={styles.time}>
              <Times event={event} />
            </td>
            <td>
              <TypeMark type={event.type} />
            </td>
            <td className={styles.object}>
              <Text color="secondary">{event.object.kind}</Text>
              <span>{event.object.name}</span>
            </td>
            <th scope="row">{event.reason}</th>
            <td className={styles.message}>{event.message}</td>
            <td className={styles.count} data-label={t('clusterEvents.count')}>
              {event.count}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** When it was last seen, and since when where it goes on. */
function Times(props: { event: ClusterEvent }) {
  const t = useWords();
  const { firstSeenAt, lastSeenAt } = props.event;
  return (
    <>
      <Time at={lastSeenAt} />
      {firstSeenAt !== lastSeenAt && (
        <Text color="secondary">
          {t('clusterEvents.since')} <Time at={firstSeenAt} />
        </Text>
      )}
    </>
  );
}

function Time(props: { at: string }) {
  const t = useWords();
  return (
    <time dateTime={props.at} title={formatDateTime(props.at, t)}>
      {formatTime(props.at, t)}
    </time>
  );
}

/** Whether it is a warning, as icon and word. */
function TypeMark(props: { type: ClusterEventType }) {
  const t = useWords();
  const isWarning = props.type === 'Warning';
  const Icon = isWarning ? RiErrorWarningFill : RiInformationLine;
  return (
    <span className={styles.type} data-type={props.type}>
      <Icon aria-hidden className={styles.icon} />
      {t(isWarning ? 'clusterEvents.warning' : 'clusterEvents.normal')}
    </span>
  );
}
