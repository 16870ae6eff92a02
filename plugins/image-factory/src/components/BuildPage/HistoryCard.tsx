import { Skeleton, Text } from '@backstage/ui';
import { BuildEvent } from '@image-factory/backstage-plugin-image-factory-common';
import { LiveQuery, useExecutorTitles, useWords } from '../../hooks';
import { Age } from '../Age';
import { EntityLink } from '../EntityLink';
import { RequestFailed } from '../RequestFailed';
import { Section } from '../Section';
import { causeOf, describeEvent } from './describeEvent';
import styles from './BuildPage.module.css';

/** What has happened to the build, oldest first. */
export function HistoryCard(props: { events: LiveQuery<BuildEvent[]> }) {
  const t = useWords();
  const { data, error, retry } = props.events;
  const titleOf = useExecutorTitles();
  return (
    <Section title={t('buildPage.history')} level="h3">
      {!data && error && (
        <RequestFailed
          what={t('buildPage.history')}
          error={error}
          onRetry={retry}
        />
      )}
      {!data && !error && <Skeleton width="100%" height={64} />}
      {data?.length === 0 && (
        <Text as="p" color="secondary">
          {t('history.none')}
        </Text>
      )}
      <ol className={styles.history}>
        {data?.map(event => (
          <li key={event.sequence}>
            <span>{describeEvent(t, event, id => titleOf(id) ?? '…')}</span>
            {causeOf(event) && (
              <span className={styles.cause}>{causeOf(event)}</span>
            )}
            <small>
              <Age at={event.at} /> · <Actor name={event.actor} />
            </small>
          </li>
        ))}
      </ol>
    </Section>
  );
}

/** A user or group of the catalog, or a part of the system, which has no page. */
function Actor(props: { name: string }) {
  return /^[^:/]+:[^:/]+\/[^:/]+$/.test(props.name) ? (
    <EntityLink entityRef={props.name} defaultKind="user" hideIcon />
  ) : (
    <>{props.name}</>
  );
}
