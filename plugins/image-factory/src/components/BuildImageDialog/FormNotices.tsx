import { Alert, Button } from '@backstage/ui';
import { errorMessage } from '../../format';
import { useWords } from '../../hooks';
import { SortedProblems } from './sortProblems';

/** What concerns the whole form and no single field of it. */
export function FormNotices(props: {
  problems: SortedProblems;
  previewError: Error | undefined;
  onRetry: () => void;
}) {
  const t = useWords();
  const { problems, previewError, onRetry } = props;
  return (
    <>
      {previewError && (
        <Alert
          role="alert"
          status="danger"
          icon
          title={t('dialog.previewFailed')}
          description={errorMessage(previewError)}
          customActions={
            <Button size="small" variant="secondary" onPress={onRetry}>
              {t('common.retry')}
            </Button>
          }
        />
      )}
      {problems.elsewhere.length > 0 && (
        <Alert
          role="alert"
          status="danger"
          icon
          title={t('dialog.blockedOther')}
          description={problems.elsewhere.join(' ')}
        />
      )}
      {problems.waits.length > 0 && (
        <Alert
          role="status"
          status="warning"
          icon
          title={t('dialog.waits')}
          description={problems.waits.join(' ')}
        />
      )}
    </>
  );
}
