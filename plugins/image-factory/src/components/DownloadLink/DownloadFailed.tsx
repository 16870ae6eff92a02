import { Alert, Button } from '@backstage/ui';
import { errorMessage } from '../../format';
import { useWords } from '../../hooks';

/** That files cannot be offered, why, and the way to try again. */
export function DownloadFailed(props: { error: Error; retry: () => void }) {
  const t = useWords();
  return (
    <Alert
      role="alert"
      status="danger"
      icon
      title={t('download.failed')}
      description={errorMessage(props.error)}
      customActions={
        <Button size="small" variant="secondary" onPress={props.retry}>
          {t('common.retry')}
        </Button>
      }
    />
  );
}
