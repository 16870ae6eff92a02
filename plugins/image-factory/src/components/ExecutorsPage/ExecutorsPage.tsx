import { useApi } from '@backstage/core-plugin-api';
import { Container, Skeleton } from '@backstage/ui';
import { imageFactoryApiRef } from '../../api';
import { useLiveQuery, useWords } from '../../hooks';
import { EmptyState } from '../EmptyState';
import { LiveUpdatesPaused } from '../LiveUpdatesPaused';
import { PageTitle } from '../PageTitle';
import { QueryRoot } from '../QueryRoot';
import { RequestFailed } from '../RequestFailed';
import { ExecutorCard } from './ExecutorCard';
import styles from './ExecutorsPage.module.css';

/** What runs builds, and what it lacks. */
export function ExecutorsPage() {
  return (
    <QueryRoot>
      <Container>
        <ExecutorsPageContent />
      </Container>
    </QueryRoot>
  );
}

function ExecutorsPageContent() {
  const t = useWords();
  const api = useApi(imageFactoryApiRef);
  const executors = useLiveQuery({
    queryKey: ['executors'],
    queryFn: async options => (await api.listExecutors(options)).items,
    liveliness: () => 'quiet',
    lastSignalAt: () => undefined,
  });
  const { data, error, retry } = executors;
  return (
    <div className={styles.page}>
      <PageTitle title={t('shell.executors')} />
      <LiveUpdatesPaused queries={[executors]} />
      {!data && error && (
        <RequestFailed
          what={t('executors.what')}
          error={error}
          onRetry={retry}
        />
      )}
      {!data && !error && <Skeleton width="100%" height={240} />}
      {data?.length === 0 && (
        <EmptyState
          title={t('executors.emptyTitle')}
          detail={t('executors.emptyDetail')}
        />
      )}
      {data?.map(executor => (
        <ExecutorCard key={executor.id} executor={executor} />
      ))}
    </div>
  );
}
