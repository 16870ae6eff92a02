import { useWords } from '../../hooks';
import { explainPending } from '../BuildPage/explainPending';
import { HoldUp } from './tellAttempts';
import styles from './AttemptStory.module.css';

/** What an attempt waited for before its first step, explained and in the words of the cluster. */
export function HoldUps(props: { heldUp: HoldUp[] }) {
  const t = useWords();
  const { heldUp } = props;
  return (
    <>
      {heldUp.map(({ reason, message }) => (
        <p key={reason} className={styles.cause}>
          {t('story.heldUp')} {t(explainPending(reason).sentence)}{' '}
          <code>{[reason, message].filter(Boolean).join(': ')}</code>
        </p>
      ))}
    </>
  );
}
