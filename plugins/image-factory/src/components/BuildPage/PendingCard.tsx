import { Link, useLocation } from 'react-router-dom';
import { Text } from '@backstage/ui';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { formatAge } from '../../format';
import { useNow, useWords } from '../../hooks';
import { Section } from '../Section';
import { explainPending } from './explainPending';
import { searchOf } from './useBuildView';
import styles from './BuildPage.module.css';

/** Why a build that was handed to a cluster has no running step yet; nothing where that is only a matter of moments. */
export function PendingCard(props: { build: Build }) {
  const t = useWords();
  const now = useNow(true, 10_000);
  const { search } = useLocation();
  const { status, phase, phaseReason, phaseMessage, startedAt } = props.build;
  if (status !== 'running' || phase !== 'pending') return null;
  if (!phaseReason && !phaseMessage) return null;
  const { sentence, fix } = explainPending(phaseReason);
  return (
    <Section
      title={t('wait.title')}
      level="h3"
      tone="warning"
      note={startedAt && t('wait.since', { age: formatAge(startedAt, now, t) })}
    >
      <div className={styles.failure}>
        <Text as="p">{t(sentence)}</Text>
        {fix && (
          <Text as="p">
            <strong>{t('failure.fix')}:</strong> {t(fix)}
          </Text>
        )}
        <div className={styles.words}>
          <Text color="secondary">{t('pending.says')}:</Text>
          <code className={styles.quote}>
            {[phaseReason, phaseMessage].filter(Boolean).join(': ')}
          </code>
          <Link to={{ search: searchOf(search, 'events') }}>
            {t('pending.events')}
          </Link>
        </div>
      </div>
    </Section>
  );
}
