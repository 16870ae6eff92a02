import { Step } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import { LogStreamState } from '../../log';
import styles from './LogView.module.css';

/** Stands where lines will, and says why there are none. */
export function LogPlaceholder(props: {
  step: Step;
  status: LogStreamState['status'] | undefined;
}) {
  const t = useWords();
  const words = () => {
    if (props.step.status === 'skipped') {
      return t('log.skipped');
    }
    if (props.step.status === 'pending') {
      return t('log.notStarted');
    }
    if (props.status === undefined || props.status === 'loading') {
      return t('log.loading');
    }
    return props.status === 'complete' ? t('log.emptyForGood') : t('log.empty');
  };
  return <div className={styles.placeholder}>{words()}</div>;
}
