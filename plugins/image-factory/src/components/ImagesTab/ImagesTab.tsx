import { useState } from 'react';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { Button, Link } from '@backstage/ui';
import { useBuildList, useWords } from '../../hooks';
import { buildsRouteRef } from '../../routes';
import { BuildImageDialog } from '../BuildImageDialog';
import { BuildTable } from '../BuildTable';
import { EmptyState } from '../EmptyState';
import { LiveUpdatesPaused } from '../LiveUpdatesPaused';
import { QueryRoot } from '../QueryRoot';
import { RequestFailed } from '../RequestFailed';
import { Section } from '../Section';
import { LatestImage } from './LatestImage';
import styles from './ImagesTab.module.css';

const BUILDS_SHOWN = 20;

/** The tab of a component: its latest image, its builds, and the way to the next one. */
export function ImagesTab() {
  return (
    <QueryRoot>
      <ImagesTabContent />
    </QueryRoot>
  );
}

function ImagesTabContent() {
  const t = useWords();
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const buildsLink = useRouteRef(buildsRouteRef);
  const [isOpen, setOpen] = useState(false);
  const builds = useBuildList({
    entityRef,
    sort: '-createdAt',
    limit: BUILDS_SHOWN,
  });
  const latest = useBuildList({
    entityRef,
    status: ['completed'],
    sort: '-number',
    limit: 1,
  });

  const buildButton = (
    <Button variant="primary" onPress={() => setOpen(true)}>
      {t('images.buildImage')}
    </Button>
  );
  const isEmpty = builds.data?.items.length === 0;
  const hasMore = (builds.data?.totalItems ?? 0) > BUILDS_SHOWN;

  return (
    <div className={styles.tab}>
      <LiveUpdatesPaused queries={[builds, latest]} />
      {builds.error && !builds.data && (
        <RequestFailed
          what={t('images.what')}
          error={builds.error}
          onRetry={builds.retry}
        />
      )}
      {isEmpty ? (
        <Section title={t('images.buildsTitle')}>
          <EmptyState
            title={t('images.emptyTitle')}
            detail={t('images.emptyDetail')}
            action={buildButton}
          />
        </Section>
      ) : (
        <>
          <Section title={t('images.latestTitle')} action={buildButton}>
            <LatestImage builds={latest} />
          </Section>
          {(builds.data || !builds.error) && (
            <Section
              title={t('images.buildsTitle')}
              action={
                hasMore && (
                  <Link
                    href={`${buildsLink()}?entity=${encodeURIComponent(
                      entityRef,
                    )}`}
                  >
                    {t('images.allBuilds')}
                  </Link>
                )
              }
            >
              <BuildTable builds={builds.data?.items} />
            </Section>
          )}
        </>
      )}
      <BuildImageDialog
        entityRef={entityRef}
        isOpen={isOpen}
        onClose={() => setOpen(false)}
      />
    </div>
  );
}
