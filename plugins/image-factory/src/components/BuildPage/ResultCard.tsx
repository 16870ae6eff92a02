import {
  Artifact,
  Build,
} from '@image-factory/backstage-plugin-image-factory-common';
import { formatBytes, formatDuration } from '../../format';
import { LiveQuery, useWords } from '../../hooks';
import { CopyButton } from '../CopyButton';
import { Code, Facts } from '../Facts';
import { RequestFailed } from '../RequestFailed';
import { Section } from '../Section';
import { ArchiveDownload } from './ArchiveDownload';
import styles from './BuildPage.module.css';
import { PushedImage } from './PushedImage';

/** The image that a completed build has left, and how to use it. */
export function ResultCard(props: {
  build: Build;
  artifacts: LiveQuery<Artifact[]>;
  /** The attempt that it is of, where another one is shown. */
  attempt: number | undefined;
}) {
  const t = useWords();
  const { build, artifacts, attempt } = props;
  const image = artifacts.data?.find(artifact => artifact.type === 'image');
  const archive = artifacts.data?.find(
    artifact => artifact.type === 'image-archive' && artifact.downloadable,
  );
  // By its digest an image is named only where a registry has it.
  const pushed = image?.reference?.includes('@') ? image.reference : undefined;
  const digest = build.digest ?? image?.digest;
  const size = build.sizeBytes ?? image?.sizeBytes;
  const platform = image?.platform ?? archive?.platform;

  return (
    <Section
      title={t('result.title')}
      level="h3"
      note={attempt !== undefined && t('attempts.link', { attempt })}
    >
      {artifacts.error && !artifacts.data && (
        <RequestFailed
          what={t('result.what')}
          error={artifacts.error}
          onRetry={artifacts.retry}
        />
      )}
      <div className={styles.result}>
        <Facts
          facts={[
            {
              term: t('result.image'),
              value: <Copyable text={build.image} what={t('result.image')} />,
            },
            {
              term: t('result.digest'),
              value: digest && (
                <Copyable text={digest} what={t('result.digest')} />
              ),
            },
            {
              term: t('result.tags'),
              value: build.tags.length > 0 ? build.tags.join(', ') : undefined,
            },
            {
              term: t('result.size'),
              value: size === undefined ? undefined : formatBytes(size, t),
            },
            {
              term: t('result.duration'),
              value:
                build.startedAt && build.finishedAt
                  ? formatDuration(
                      Date.parse(build.finishedAt) -
                        Date.parse(build.startedAt),
                      t,
                    )
                  : undefined,
            },
            { term: t('result.platform'), value: platform },
          ]}
        />
        {archive && (
          <ArchiveDownload
            buildId={build.id}
            image={build.image}
            archive={archive}
          />
        )}
        {pushed && <PushedImage reference={pushed} />}
      </div>
    </Section>
  );
}

function Copyable(props: { text: string; what: string }) {
  return (
    <span className={styles.copyable}>
      <Code>{props.text}</Code>
      <CopyButton text={props.text} what={props.what} />
    </span>
  );
}
