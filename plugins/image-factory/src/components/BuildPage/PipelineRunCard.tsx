import { useState } from 'react';
import { Button, Text } from '@backstage/ui';
import { Artifact } from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import { Section } from '../Section';
import { PipelineRunDialog } from './PipelineRunDialog';
import styles from './BuildPage.module.css';

/** What a cluster was given to run, to look at and to save; nothing where the build did not run on one. */
export function PipelineRunCard(props: {
  buildId: string;
  artifacts: Artifact[] | undefined;
}) {
  const t = useWords();
  const [isOpen, setOpen] = useState(false);
  const { buildId, artifacts } = props;
  const run = artifacts?.find(
    ({ type, downloadable }) => type === 'pipeline-run' && downloadable,
  );
  if (!run) return null;
  return (
    <Section title={t('pipelineRun.title')} level="h3">
      <Text as="p" color="secondary" className={styles.detail}>
        {t('pipelineRun.detail')}
      </Text>
      <div>
        <Button variant="secondary" onPress={() => setOpen(true)}>
          {t('pipelineRun.show')}
        </Button>
      </div>
      <PipelineRunDialog
        buildId={buildId}
        run={run}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
      />
    </Section>
  );
}
