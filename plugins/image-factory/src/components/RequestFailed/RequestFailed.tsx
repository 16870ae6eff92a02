import { Alert, Button } from '@backstage/ui';
import {
  errorMessage,
  errorRequestId,
  errorSentence,
  errorStatus,
} from '../../format';
import { useWords } from '../../hooks';

/** Says what could not be loaded and why, and offers to try again where that can help. */
export function RequestFailed(props: {
  what: string;
  error: Error;
  onRetry: () => void;
}) {
  const t = useWords();
  const { what, error, onRetry } = props;
  const forbidden = errorStatus(error) === 403;
  const requestId = forbidden ? undefined : errorRequestId(error);
  return (
    <Alert
      role="alert"
      status={forbidden ? 'warning' : 'danger'}
      icon
      title={t(forbidden ? 'common.forbiddenTitle' : 'common.failedTitle', {
        what,
      })}
      description={
        requestId
          ? `${errorSentence(error)} ${t('request.id', { id: requestId })}`
          : errorMessage(error)
      }
      customActions={
        <Button size="small" variant="secondary" onPress={onRetry}>
          {t('common.retry')}
        </Button>
      }
    />
  );
}
