import { useRouteRef } from '@backstage/core-plugin-api';
import { Link, Skeleton, Text } from '@backstage/ui';
import { BuildList } from '@image-factory/backstage-plugin-image-factory-common';
import { formatBytes } from '../../format';
import { LiveQuery, useWords } from '../../hooks';
import { buildRouteRef } from '../../routes';
import { Age } from '../Age';
import { CopyButton } from '../CopyButton';
import { Code, Facts } from '../Facts';
import { RequestFailed } from '../RequestFailed';
import { VulnerabilitySummary } from '../Vulnerabilities';

/** The image that the latest completed build has left. */
export function LatestImage(props: { builds: LiveQuery<BuildList> }) {
  const t = useWords();
  const buildLink = useRouteRef(buildRouteRef);
  const { data, error, retry } = props.builds;
  if (!data) {
    return error ? (
      <RequestFailed what={t('images.what')} error={error} onRetry={retry} />
    ) : (
      <Skeleton width="100%" height={72} />
    );
  }
  const build = data.items[0];
  if (!build) {
    return (
      <Text as="p" color="secondary">
        {t('images.latestNone')}
      </Text>
    );
  }
  return (
    <Facts
      facts={[
        {
          term: t('result.image'),
          value: (
            <>
              <Code>{build.image}</Code>{' '}
              <CopyButton text={build.image} what={t('card.image')} />
            </>
          ),
        },
        {
          term: t('result.digest'),
          value: build.digest && (
            <>
              <Code>{build.digest}</Code>{' '}
              <CopyButton text={build.digest} what={t('result.digest')} />
            </>
          ),
        },
        {
          term: t('result.size'),
          value:
            build.sizeBytes === undefined
              ? undefined
              : formatBytes(build.sizeBytes, t),
        },
        {
          term: t('vulnerabilities.column'),
          value: build.vulnerabilities && (
            <Link
              href={`${buildLink({ buildId: build.id })}?view=vulnerabilities`}
            >
              <VulnerabilitySummary counts={build.vulnerabilities} />
            </Link>
          ),
        },
        {
          term: t('images.built'),
          value: (
            <>
              <Age at={build.finishedAt ?? build.createdAt} />
              {' · '}
              <Link href={buildLink({ buildId: build.id })}>
                {t('buildPage.title', { number: String(build.number) })}
              </Link>
            </>
          ),
        },
      ]}
    />
  );
}
