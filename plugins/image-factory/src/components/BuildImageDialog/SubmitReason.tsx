import { Button, Text } from '@backstage/ui';
import { useWords } from '../../hooks';

/** Why the form cannot be submitted, and the way there; nothing where it can. */
export function SubmitReason(props: {
  isBlocked: boolean;
  /** The check itself has failed. */
  hasFailed: boolean;
  isChecking: boolean;
  onShow: () => void;
}) {
  const t = useWords();
  const { isBlocked, hasFailed, isChecking, onShow } = props;
  if (isBlocked || hasFailed) {
    return (
      <>
        <Text color="danger">
          {t(isBlocked ? 'dialog.blocked' : 'dialog.unchecked')}
        </Text>{' '}
        <Button size="small" variant="tertiary" onPress={onShow}>
          {t('dialog.showMarked')}
        </Button>
      </>
    );
  }
  return isChecking ? (
    <Text color="secondary">{t('dialog.checking')}</Text>
  ) : null;
}
