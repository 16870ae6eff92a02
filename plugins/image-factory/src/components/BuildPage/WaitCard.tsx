import { Skeleton, Text } from '@backstage/ui';
import { WaitReason } from '@image-factory/backstage-plugin-image-factory-common';
import { formatDuration } from '../../format';
import { LiveQuery, Words, useNow, useWords } from '../../hooks';
import { formatAge } from '../../format';
import { RequestFailed } from '../RequestFailed';
import { Section } from '../Section';
import styles from './BuildPage.module.css';

/** Why a queued build does not run yet, and what can be done about it. */
export function WaitCard(props: { waitReason: LiveQuery<WaitReason> }) {
  const t = useWords();
  const now = useNow(true, 10_000);
  const { data, error, retry } = props.waitReason;
  if (data && !data.waiting) {
    return null;
  }
  return (
    <Section
      title={t('wait.title')}
      level="h3"
      tone="warning"
      note={data && place(t, data, now)}
    >
      {!data && error && (
        <RequestFailed what={t('wait.what')} error={error} onRetry={retry} />
      )}
      {!data && !error && <Skeleton height={24} width="60%" />}
      {data && (
        <div className={styles.failure}>
          <Text as="p">{data.message ?? t('wait.unknown')}</Text>
          {data.hint && (
            <Text as="p">
              <strong>{t('failure.fix')}:</strong> {data.hint}
            </Text>
          )}
        </div>
      )}
    </Section>
  );
}

function place(t: Words, reason: WaitReason, now: number): string {
  const { position, ahead, running, since, estimatedSeconds } = reason;
  return [
    position === 1 && t('wait.next'),
    position !== undefined &&
      position > 1 &&
      t('wait.position', { position: String(position) }),
    ahead !== undefined &&
      ahead > 0 &&
      t('wait.ahead', { amount: String(ahead) }),
    running !== undefined && t('wait.running', { amount: String(running) }),
    since && t('wait.since', { age: formatAge(since, now) }),
    estimatedSeconds !== undefined &&
      t('wait.estimate', { duration: formatDuration(estimatedSeconds * 1000) }),
  ]
    .filter(Boolean)
    .join(' · ');
}
