import { Alert } from '@backstage/ui';
import { Throttling } from '@image-factory/backstage-plugin-image-factory-common';
import { formatTime, toSentence } from '../../format';
import { useWords } from '../../hooks';

/** That an executor takes fewer builds than it is configured for, since when, and why. */
export function Throttled(props: {
  maxRunning: number;
  throttling: Throttling;
}) {
  const t = useWords();
  const { maxRunning, throttling } = props;
  const { message } = throttling;
  return (
    <Alert
      status="warning"
      icon
      title={t('executors.throttled', {
        limit: maxRunning,
        max: throttling.maxRunning,
        since: formatTime(throttling.since, t),
      })}
      description={t('executors.throttledDetail', {
        message: toSentence(message),
      })}
    />
  );
}
