import { Skeleton, Text } from '@backstage/ui';
import {
  Build,
  WaitReason,
} from '@image-factory/backstage-plugin-image-factory-common';
import { LiveQuery, Words, useNow, useWords } from '../../hooks';
import { formatAge, formatDuration } from '../../format';
import { RequestFailed } from '../RequestFailed';
import { Section } from '../Section';
import styles from './BuildPage.module.css';

/** Why a queued build does not run yet, and what can be done about it. */
export function WaitCard(props: {
  build: Build;
  waitReason: LiveQuery<WaitReason>;
}) {
  const t = useWords();
  const now = useNow(true, 10_000);
  const { build, waitReason } = props;
  const { data, error, retry } = waitReason;
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
          {data.code === 'BACKOFF' ? (
            <Backoff build={build} now={now} />
          ) : (
            <>
              <Text as="p">{data.message ?? t('wait.unknown')}</Text>
              {data.hint && (
                <Text as="p">
                  <strong>{t('failure.fix')}:</strong> {data.hint}
                </Text>
              )}
            </>
          )}
        </div>
      )}
    </Section>
  );
}

/** What the attempt before ended with, and when the next one begins. */
function Backoff(props: { build: Build; now: number }) {
  const t = useWords();
  const { build, now } = props;
  const { attempt, maxAttempts, notBefore, failure } = build;
  const left = notBefore ? Date.parse(notBefore) - now : 0;
  return (
    <>
      <Text as="p">
        {t(left > 0 ? 'wait.backoff' : 'wait.backoffOver', {
          attempt,
          max: Math.max(attempt, maxAttempts),
          duration: formatDuration(Math.max(0, left), t),
        })}
      </Text>
      {failure && (
        <Text as="p">
          <strong>{t('wait.cause')}:</strong> {failure.message}
        </Text>
      )}
    </>
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
    since && t('wait.since', { age: formatAge(since, now, t) }),
    estimatedSeconds !== undefined &&
      t('wait.estimate', {
        duration: formatDuration(estimatedSeconds * 1000, t),
      }),
  ]
    .filter(Boolean)
    .join(' · ');
}
