import { useApi } from '@backstage/core-plugin-api';
import {
  Button,
  ButtonLink,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Skeleton,
} from '@backstage/ui';
import { RiDownloadLine } from '@remixicon/react';
import { useQuery } from '@tanstack/react-query';
import { Artifact } from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../../api';
import { useWords } from '../../hooks';
import { CopyButton } from '../CopyButton';
import { DownloadLink } from '../DownloadLink';
import { RequestFailed } from '../RequestFailed';
import { scrollable } from '../scrollable';
import styles from './BuildPage.module.css';

/** The text of a PipelineRun, read anew each time it is opened: while the build runs it changes. */
export function PipelineRunDialog(props: {
  buildId: string;
  run: Artifact;
  isOpen: boolean;
  onClose: () => void;
}) {
  const t = useWords();
  const { buildId, run, isOpen, onClose } = props;
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={open => !open && onClose()}
      isDismissable
      width="min(960px, calc(100vw - 32px))"
    >
      <DialogHeader>{run.name}</DialogHeader>
      <PipelineRunText
        buildId={buildId}
        run={run}
        label={t('pipelineRun.text')}
      />
    </Dialog>
  );
}

function PipelineRunText(props: {
  buildId: string;
  run: Artifact;
  label: string;
}) {
  const t = useWords();
  const api = useApi(imageFactoryApiRef);
  const { buildId, run, label } = props;
  const { data, error, refetch } = useQuery({
    queryKey: ['artifact-text', buildId, run.id],
    queryFn: ({ signal }) => api.readArtifact(buildId, run.id, { signal }),
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  return (
    <>
      <DialogBody>
        {error && (
          <RequestFailed what={label} error={error} onRetry={() => refetch()} />
        )}
        {data === undefined && !error && <Skeleton width="100%" height={320} />}
        {data !== undefined && (
          <pre
            className={styles.script}
            role="group"
            aria-label={label}
            {...scrollable}
          >
            {data}
          </pre>
        )}
      </DialogBody>
      <DialogFooter className={styles.dialogActions}>
        <DownloadLink
          file={['artifact', buildId, run.id]}
          getUrl={() => api.getArtifactDownloadUrl(buildId, run.id)}
        >
          {url => (
            <ButtonLink
              href={url}
              download={`${run.name}.yaml`}
              size="small"
              variant="tertiary"
              iconStart={<RiDownloadLine />}
            >
              {t('pipelineRun.download')}
            </ButtonLink>
          )}
        </DownloadLink>
        {data !== undefined && <CopyButton text={data} what={label} />}
        <Button variant="secondary" slot="close">
          {t('common.close')}
        </Button>
      </DialogFooter>
    </>
  );
}
