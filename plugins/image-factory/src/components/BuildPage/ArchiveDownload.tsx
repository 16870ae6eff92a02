import { useApi } from '@backstage/core-plugin-api';
import { ButtonLink, Text } from '@backstage/ui';
import { RiDownloadLine } from '@remixicon/react';
import { Artifact } from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../../api';
import { formatBytes } from '../../format';
import { useWords } from '../../hooks';
import { DownloadLink } from '../DownloadLink';
import styles from './BuildPage.module.css';
import { ToolCommands } from './ToolCommands';

/** The archive that a build has left, and what to do with it once it is saved. */
export function ArchiveDownload(props: {
  buildId: string;
  /** The reference of the image, by which the archive has it. */
  image: string;
  archive: Artifact;
}) {
  const t = useWords();
  const api = useApi(imageFactoryApiRef);
  const { buildId, image, archive } = props;
  const { name } = archive;

  return (
    <div className={styles.download}>
      <DownloadLink
        file={['artifact', buildId, archive.id]}
        getUrl={() => api.getArtifactDownloadUrl(buildId, archive.id)}
      >
        {url => (
          <ButtonLink
            href={url}
            download={name}
            variant="primary"
            iconStart={<RiDownloadLine />}
          >
            {t('result.download')}
          </ButtonLink>
        )}
      </DownloadLink>
      {archive.sizeBytes !== undefined && (
        <Text color="secondary">{formatBytes(archive.sizeBytes, t)}</Text>
      )}
      <ToolCommands
        label={t('result.use')}
        commands={[
          { tool: 'docker', text: `docker load -i ${name}` },
          { tool: 'podman', text: `podman load -i ${name}` },
          {
            tool: 'skopeo',
            // With further tags there are several to choose from.
            text: `skopeo inspect oci-archive:${name}:${image}`,
          },
        ]}
      />
    </div>
  );
}
