import { stringifyEntityRef } from '@backstage/catalog-model';
import { useRouteRef } from '@backstage/core-plugin-api';
import { EntityInfoCard, useEntity } from '@backstage/plugin-catalog-react';
import { ButtonLink, Link, Skeleton, Text } from '@backstage/ui';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import {
  useCreateDenial,
  useEntityBuilds,
  useImagesTab,
  useWords,
} from '../../hooks';
import { buildRouteRef } from '../../routes';
import { Age } from '../Age';
import { CopyButton } from '../CopyButton';
import { EmptyState } from '../EmptyState';
import { Code, Facts } from '../Facts';
import { LiveUpdatesPaused } from '../LiveUpdatesPaused';
import { QueryRoot } from '../QueryRoot';
import { RequestFailed } from '../RequestFailed';
import { StatusChip } from '../StatusChip';
import { VulnerabilitySummary } from '../Vulnerabilities';
import { BuildTrend } from './BuildTrend';
import styles from './LatestImageCard.module.css';

/** What a component's overview says of its image, and the way to all of it. */
export function LatestImageCard() {
  return (
    <QueryRoot>
      <LatestImageCardContent />
    </QueryRoot>
  );
}

function LatestImageCardContent() {
  const t = useWords();
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const imagesTab = useImagesTab();
  const { builds, latest } = useEntityBuilds(entityRef);
  const failed = [builds, latest].find(({ data, error }) => !data && error);

  return (
    <EntityInfoCard
      title={t('card.title')}
      headerActions={
        <Link href={imagesTab(entityRef)}>{t('card.allBuilds')}</Link>
      }
    >
      <div className={styles.card}>
        <LiveUpdatesPaused queries={[builds, latest]} />
        {failed?.error && (
          <RequestFailed
            what={t('card.what')}
            error={failed.error}
            onRetry={() => [builds, latest].forEach(query => query.retry())}
          />
        )}
        {!failed && !(builds.data && latest.data) && <CardSkeleton />}
        {builds.data && latest.data && (
          <CardBody
            entityRef={entityRef}
            builds={builds.data.items}
            completed={latest.data.items[0]}
          />
        )}
      </div>
    </EntityInfoCard>
  );
}

function CardBody(props: {
  entityRef: string;
  builds: Build[];
  completed: Build | undefined;
}) {
  const t = useWords();
  const { entityRef, builds, completed } = props;
  if (builds.length === 0) {
    return <NoBuilds entityRef={entityRef} />;
  }
  const image = completed?.image;
  return (
    <>
      {image ? (
        <div className={styles.reference}>
          <Code>{image}</Code>
          <CopyButton text={image} what={t('card.image')} />
        </div>
      ) : (
        <Text as="p" color="secondary">
          {t('card.noneCompleted')}
        </Text>
      )}
      <CardFacts completed={completed} last={builds[0]} />
      <BuildTrend builds={builds} />
    </>
  );
}

function NoBuilds(props: { entityRef: string }) {
  const t = useWords();
  const imagesTab = useImagesTab();
  const denial = useCreateDenial(props.entityRef);
  return (
    <EmptyState
      title={t('card.none')}
      detail={denial ? denial.reason : t('card.noneDetail')}
      action={
        !denial && (
          <ButtonLink
            variant="primary"
            href={imagesTab(props.entityRef, { dialog: true })}
          >
            {t('card.first')}
          </ButtonLink>
        )
      }
    />
  );
}

function CardFacts(props: { completed: Build | undefined; last: Build }) {
  const t = useWords();
  const buildLink = useRouteRef(buildRouteRef);
  const { completed, last } = props;
  const digest = completed?.digest;
  return (
    <Facts
      facts={[
        {
          term: t('result.digest'),
          value: digest && (
            <div className={styles.reference}>
              <Code title={digest}>{shortDigest(digest)}</Code>
              <CopyButton text={digest} what={t('card.digest')} />
            </div>
          ),
        },
        {
          term: t('card.age'),
          value: completed && (
            <Age at={completed.finishedAt ?? completed.createdAt} />
          ),
        },
        {
          term: t('vulnerabilities.column'),
          value: completed?.vulnerabilities && (
            <Link
              href={`${buildLink({
                buildId: completed.id,
              })}?view=vulnerabilities`}
            >
              <VulnerabilitySummary counts={completed.vulnerabilities} />
            </Link>
          ),
        },
        {
          term: t('card.lastBuild'),
          value: (
            <div className={styles.lastBuild}>
              <Link href={buildLink({ buildId: last.id })} weight="bold">
                #{last.number}
              </Link>
              <StatusChip status={last.status} phase={last.phase} />
              <Age at={last.createdAt} />
            </div>
          ),
        },
      ]}
    />
  );
}

function CardSkeleton() {
  return (
    <>
      <Skeleton height={28} width="80%" />
      <Skeleton height={20} width="60%" />
      <Skeleton width="100%" height={40} />
    </>
  );
}

/** As many digits as tell images apart: what other tools show. */
function shortDigest(digest: string): string {
  const [algorithm, hash] = digest.split(':');
  return hash ? `${algorithm}:${hash.slice(0, 12)}` : digest;
}
