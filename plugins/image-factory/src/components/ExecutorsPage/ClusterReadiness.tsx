import { useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { Alert, Button, Skeleton, Text } from '@backstage/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  ExecutorReadiness,
  ReadinessFinding,
  ReadinessStatus,
} from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../../api';
import { errorMessage } from '../../format';
import { useLiveQuery, useWords } from '../../hooks';
import { Age } from '../Age';
import { LiveUpdatesPaused } from '../LiveUpdatesPaused';
import { RequestFailed } from '../RequestFailed';
import { ReadinessCondition } from './ReadinessCondition';
import { ReadinessPlace } from './ReadinessPlace';
import styles from './Readiness.module.css';

/** More are shown when they are asked for. */
const SHOWN_AT_FIRST = 20;
/** What has to be mended comes first. */
const ORDER: ReadinessStatus[] = ['missing', 'warning', 'unknown', 'ready'];

/** What builds need on a cluster and in the namespaces of its tenants, and whether it is there. */
export function ClusterReadiness(props: { executorId: string }) {
  const t = useWords();
  const api = useApi(imageFactoryApiRef);
  const queryClient = useQueryClient();
  const { executorId } = props;
  const queryKey = ['executors', executorId, 'readiness'];
  const readiness = useLiveQuery({
    queryKey,
    queryFn: options => api.getExecutorReadiness(executorId, options),
    liveliness: () => 'quiet',
    lastSignalAt: () => undefined,
  });
  const again = useMutation({
    mutationFn: () => api.getExecutorReadiness(executorId, { refresh: true }),
    onSuccess: found => queryClient.setQueryData(queryKey, found),
  });
  const { data, error, retry } = readiness;
  return (
    <div className={styles.readiness}>
      <div className={styles.head}>
        <Text as="h3" weight="bold">
          {t('readiness.title')}
        </Text>
        {data && (
          <>
            <span role="status">
              <ReadinessCondition status={data.status} />
            </span>
            <Text color="secondary">
              {t('executors.checked')} <Age at={data.checkedAt} />
            </Text>
            <Button
              size="small"
              variant="secondary"
              isPending={again.isPending}
              onPress={() => again.mutate()}
            >
              {t('readiness.again')}
            </Button>
          </>
        )}
      </div>
      <LiveUpdatesPaused queries={[readiness]} />
      {!data && error && (
        <RequestFailed
          what={t('readiness.what')}
          error={error}
          onRetry={retry}
        />
      )}
      {!data && !error && <Skeleton width="100%" height={80} />}
      {again.error && (
        <Alert
          role="alert"
          status="danger"
          icon
          title={t('readiness.againFailed')}
          description={errorMessage(again.error)}
        />
      )}
      {data && <Places readiness={data} />}
    </div>
  );
}

function Places(props: { readiness: ExecutorReadiness }) {
  const t = useWords();
  const [isAll, setAll] = useState(false);
  const { findings, namespaces, namespaceRule } = props.readiness;
  const sorted = [...namespaces].sort(
    (a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status),
  );
  const shown = isAll ? sorted : sorted.slice(0, SHOWN_AT_FIRST);
  return (
    <>
      <ul className={styles.places}>
        <li>
          <ReadinessPlace
            title={t('readiness.cluster')}
            status={worstOf(findings)}
            findings={findings}
          />
        </li>
        {shown.map(place => (
          <li key={`${place.tenant} ${place.namespace}`}>
            <ReadinessPlace
              title={place.namespace}
              detail={t(`readiness.${place.podSecurity}`, {
                tenant: place.tenant,
              })}
              status={place.status}
              findings={place.findings}
            />
          </li>
        ))}
      </ul>
      {shown.length < sorted.length && (
        <Button
          size="small"
          variant="secondary"
          className={styles.all}
          onPress={() => setAll(true)}
        >
          {t('readiness.all', { amount: sorted.length })}
        </Button>
      )}
      {namespaceRule !== undefined && (
        <Text as="p" color="secondary">
          {t('readiness.rule', { rule: namespaceRule })}
        </Text>
      )}
      {namespaceRule === undefined && namespaces.length === 0 && (
        <Text as="p" color="secondary">
          {t('readiness.none')}
        </Text>
      )}
    </>
  );
}

function worstOf(findings: ReadinessFinding[]): ReadinessStatus {
  const found = findings.map(({ status }) => status);
  return ORDER.find(status => found.includes(status)) ?? 'ready';
}
