import { useState } from 'react';
import { Button, Text } from '@backstage/ui';
import {
  Artifact,
  Execution,
} from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from '../../hooks';
import { ClusterLinks } from '../ClusterLinks';
import { Facts } from '../Facts';
import { Section } from '../Section';
import { PipelineRunDialog } from './PipelineRunDialog';
import styles from './BuildPage.module.css';

/**
 * What a cluster was given to run, to look at here, to save, and to look at in
 * other tools; nothing where the attempt did not run on a cluster.
 */
export function PipelineRunCard(props: {
  buildId: string;
  /** Those of the attempt that is shown. */
  artifacts: Artifact[] | undefined;
  /** The attempt that is shown. */
  execution: Execution | undefined;
}) {
  const t = useWords();
  const [isOpen, setOpen] = useState(false);
  const { buildId, artifacts, execution } = props;
  const run = artifacts?.find(
    ({ type, downloadable }) => type === 'pipeline-run' && downloadable,
  );
  const namespace = execution?.namespace;
  if (!run && !namespace) return null;
  return (
    <Section title={t('pipelineRun.title')} level="h3">
      {namespace && (
        <Facts
          facts={[
            { term: t('pipelineRun.name'), value: execution.name },
            { term: t('pipelineRun.namespace'), value: namespace },
          ]}
        />
      )}
      <ClusterLinks links={execution?.links} />
      {run && (
        <>
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
        </>
      )}
    </Section>
  );
}
