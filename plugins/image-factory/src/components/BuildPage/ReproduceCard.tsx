import { useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import { Button, Skeleton, Text } from '@backstage/ui';
import { imageFactoryApiRef } from '../../api';
import { useLiveQuery, useWords } from '../../hooks';
import { CopyButton } from '../CopyButton';
import { RequestFailed } from '../RequestFailed';
import { Section } from '../Section';
import styles from './BuildPage.module.css';

/** How to build the same on a machine of one's own; asked for once somebody wants to see it. */
export function ReproduceCard(props: { buildId: string }) {
  const { buildId } = props;
  const t = useWords();
  const [isOpen, setOpen] = useState(false);
  const api = useApi(imageFactoryApiRef);
  const { data, error, retry } = useLiveQuery({
    queryKey: ['build', buildId, 'reproduction'],
    queryFn: options => api.getReproduction(buildId, options),
    liveliness: () => 'settled',
    lastSignalAt: () => undefined,
    enabled: isOpen,
  });
  return (
    <Section
      title={t('reproduce.title')}
      level="h3"
      action={
        data?.script && (
          <CopyButton text={data.script} what={t('reproduce.commands')} />
        )
      }
    >
      {!isOpen && (
        <Button variant="secondary" onPress={() => setOpen(true)}>
          {t('reproduce.show')}
        </Button>
      )}
      {isOpen && !data && error && (
        <RequestFailed
          what={t('reproduce.commands')}
          error={error}
          onRetry={retry}
        />
      )}
      {isOpen && !data && !error && <Skeleton width="100%" height={96} />}
      {data?.script === '' && <Text as="p">{t('reproduce.none')}</Text>}
      {data?.script && (
        // Long lines scroll, which a keyboard has to reach.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre className={styles.script} tabIndex={0}>
          {data.script}
        </pre>
      )}
      {data?.script && (
        <ul className={styles.notes}>
          {data.notes.map(note => (
            <li key={note}>
              <Text color="secondary">{note}</Text>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
