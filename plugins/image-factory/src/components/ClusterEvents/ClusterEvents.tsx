import { Alert, Skeleton, Text } from '@backstage/ui';
import {
  Build,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { useClusterEvents, useWords } from '../../hooks';
import { EmptyState } from '../EmptyState';
import { LiveUpdatesPaused } from '../LiveUpdatesPaused';
import { RequestFailed } from '../RequestFailed';
import { ClusterEventTable } from './ClusterEventTable';
import styles from './ClusterEvents.module.css';

/** What the cluster has told of an attempt: of its PipelineRun, its TaskRuns and its pods. */
export function ClusterEvents(props: {
  build: Build;
  attempt: number;
  lastSignalAt: () => number | undefined;
}) {
  const t = useWords();
  const { build, attempt } = props;
  const events = useClusterEvents(props);
  const { data, error, retry } = events;
  if (!data) {
    return error ? (
      <RequestFailed
        what={t('clusterEvents.what')}
        error={error}
        onRetry={retry}
      />
    ) : (
      <Skeleton width="100%" height={120} />
    );
  }
  const { items, truncated, problem } = data;
  const isOver = attempt < build.attempt || isTerminal(build.status);
  return (
    <div className={styles.events}>
      <LiveUpdatesPaused queries={[events]} />
      {problem && (
        <Alert
          status="warning"
          icon
          title={t('clusterEvents.unseen')}
          description={problem}
        />
      )}
      {items.length > 0 && <ClusterEventTable items={items} />}
      {truncated && (
        <Text as="p" color="secondary">
          {t('clusterEvents.truncated', { count: String(items.length) })}
        </Text>
      )}
      {items.length === 0 && !problem && (
        <EmptyState
          title={t('clusterEvents.none')}
          detail={t(
            isOver ? 'clusterEvents.noneWere' : 'clusterEvents.noneYet',
          )}
        />
      )}
    </div>
  );
}
