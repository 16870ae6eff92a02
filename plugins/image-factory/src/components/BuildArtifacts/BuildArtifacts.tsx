import { useApi } from '@backstage/core-plugin-api';
import { ButtonLink, Skeleton, Text } from '@backstage/ui';
import { RiDownloadLine } from '@remixicon/react';
import {
  Artifact,
  Build,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../../api';
import { formatBytes } from '../../format';
import { LiveQuery, Words, useWords } from '../../hooks';
import { CopyButton } from '../CopyButton';
import { DownloadFailed, useDownload } from '../DownloadLink';
import { Code } from '../Facts';
import { RequestFailed } from '../RequestFailed';
import { scrollable } from '../scrollable';
import { kindOf, sortArtifacts } from './artifactKinds';
import styles from './BuildArtifacts.module.css';

/** All that an attempt of a build has left: images, what is known of them, and what was run. */
export function BuildArtifacts(props: {
  build: Build;
  /** The one that is shown. */
  attempt: number;
  /** Those of that attempt. */
  artifacts: LiveQuery<Artifact[]>;
}) {
  const t = useWords();
  const { build, attempt, artifacts } = props;
  const { data, error, retry } = artifacts;
  if (!data && error) {
    return (
      <RequestFailed what={t('artifacts.what')} error={error} onRetry={retry} />
    );
  }
  if (!data && build.attempt > 0) return <Skeleton width="100%" height={120} />;
  if (!data || data.length === 0) {
    return (
      <Text as="p" color="secondary">
        {noneOf(t, build, attempt)}
      </Text>
    );
  }
  return <ArtifactTable buildId={build.id} artifacts={sortArtifacts(data)} />;
}

/** That there is nothing; of one attempt of several it says nothing about the others. */
function noneOf(t: Words, build: Build, attempt: number): string {
  const isOver = attempt < build.attempt || isTerminal(build.status);
  if (!isOver) return t('artifacts.none');
  return build.attempt > 1
    ? t('artifacts.noneOfAttempt', { attempt })
    : t('artifacts.noneEver');
}

function ArtifactTable(props: { buildId: string; artifacts: Artifact[] }) {
  const t = useWords();
  const api = useApi(imageFactoryApiRef);
  const { buildId, artifacts } = props;
  const ids = artifacts
    .filter(({ downloadable }) => downloadable)
    .map(({ id }) => id);
  const download = useDownload({
    file: ['artifacts', buildId, ...ids],
    getTarget: async () =>
      new Map(
        await Promise.all(
          ids.map(
            async id =>
              [id, await api.getArtifactDownloadUrl(buildId, id)] as const,
          ),
        ),
      ),
  });
  return (
    <>
      {download.status === 'failed' && <DownloadFailed {...download} />}
      <div
        className={styles.frame}
        role="group"
        aria-label={t('views.artifacts')}
        {...scrollable}
      >
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('artifacts.kind')}</th>
              <th scope="col">{t('artifacts.name')}</th>
              <th scope="col">{t('artifacts.platform')}</th>
              <th scope="col">{t('artifacts.size')}</th>
              <th scope="col">{t('artifacts.file')}</th>
            </tr>
          </thead>
          <tbody>
            {artifacts.map(artifact => (
              <ArtifactRow
                key={artifact.id}
                artifact={artifact}
                url={
                  download.status === 'ready'
                    ? download.target.get(artifact.id)
                    : undefined
                }
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function ArtifactRow(props: { artifact: Artifact; url: string | undefined }) {
  const t = useWords();
  const { artifact, url } = props;
  const { name, type, reference, platform, sizeBytes, downloadable } = artifact;
  const kind = kindOf(artifact);
  const label = kind ? t(kind) : type;
  // By its digest it is this one for ever.
  const copied = reference ?? artifact.digest;
  return (
    <tr>
      <th scope="row">{label}</th>
      <td>
        <span className={styles.name}>
          <Code title={copied}>{downloadable ? name : reference ?? name}</Code>
          {copied && <CopyButton text={copied} what={label} />}
        </span>
      </td>
      <td className={styles.plain}>{platform ?? t('common.none')}</td>
      <td className={styles.plain}>
        {sizeBytes === undefined ? t('common.none') : formatBytes(sizeBytes, t)}
      </td>
      <td className={styles.plain}>
        {!downloadable && reference && (
          <Text color="secondary">
            {/* By its digest an image is named only where a registry has it. */}
            {t(
              type === 'image' && !reference.includes('@')
                ? 'artifacts.inArchive'
                : 'artifacts.elsewhere',
            )}
          </Text>
        )}
        {downloadable && !url && t('common.none')}
        {url && (
          <ButtonLink
            href={url}
            download={type === 'pipeline-run' ? `${name}.yaml` : name}
            size="small"
            variant="secondary"
            iconStart={<RiDownloadLine />}
            aria-label={t('artifacts.downloadOf', {
              name: [label, platform].filter(Boolean).join(', '),
            })}
          >
            {t('artifacts.download')}
          </ButtonLink>
        )}
      </td>
    </tr>
  );
}
