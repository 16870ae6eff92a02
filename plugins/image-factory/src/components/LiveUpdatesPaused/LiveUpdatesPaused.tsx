import { Alert, Button } from '@backstage/ui';
import { errorSentence } from '../../format';
import { LiveQuery, useWords } from '../../hooks';

/** Says that what stands on the page may be out of date, while it may be. */
export function LiveUpdatesPaused(props: { queries: LiveQuery<unknown>[] }) {
  const t = useWords();
  const paused = props.queries.find(query => query.isPaused);
  if (!paused?.error) {
    return null;
  }
  return (
    <Alert
      role="status"
      status="warning"
      icon
      title={t('common.paused')}
      description={t('common.pausedDetail', {
        message: errorSentence(paused.error),
      })}
      customActions={
        <Button
          size="small"
          variant="secondary"
          onPress={() => props.queries.forEach(query => query.retry())}
        >
          {t('common.retry')}
        </Button>
      }
    />
  );
}
