import { ReactNode } from 'react';
import { Button, Text } from '@backstage/ui';
import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import { Code } from '../Facts';
import { Section } from '../Section';
import styles from './BuildPage.module.css';

/** Why a build failed: whose it is to mend, where, what to do, and what shows it. */
export function FailureCard(props: {
  failure: Failure;
  /** The attempt that failed so, where that is not the latest. */
  attempt: number | undefined;
  onShowLog: (step: string, line?: number) => void;
}) {
  const t = useWords();
  const { failure, attempt, onShowLog } = props;
  const { step, evidenceLine } = failure;
  const notes: ReactNode[] = [t(`failureClass.${failure.class}`)];
  if (attempt !== undefined) {
    notes.unshift(t('attempts.link', { attempt }));
  }
  if (step) {
    notes.push(`${t('failure.step')} ${step}`);
  }
  return (
    <Section
      title={t('failure.title')}
      level="h3"
      tone="danger"
      note={notes.join(' · ')}
      action={
        step &&
        (evidenceLine ? (
          <Button
            size="small"
            variant="secondary"
            onPress={() => onShowLog(step, evidenceLine)}
          >
            {t('failure.evidence', { line: String(evidenceLine), step })}
          </Button>
        ) : (
          <Button
            size="small"
            variant="secondary"
            onPress={() => onShowLog(step)}
          >
            {t('failure.log', { step })}
          </Button>
        ))
      }
    >
      <div className={styles.failure}>
        <FailurePlace failure={failure} />
        <Text as="p">{failure.message}</Text>
        {failure.hint && (
          <Text as="p">
            <strong>{t('failure.fix')}:</strong> {failure.hint}
          </Text>
        )}
      </div>
    </Section>
  );
}

function FailurePlace(props: { failure: Failure }) {
  const { file, line, instruction } = props.failure;
  if (!file && !instruction) {
    return null;
  }
  const place = line ? `${file}:${line}` : file;
  return (
    <div className={styles.place}>
      {file && <Code>{place}</Code>}
      {instruction && <Code>{instruction}</Code>}
    </div>
  );
}
