import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router-dom';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { useRouteRef } from '@backstage/core-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import { Link } from '@backstage/ui';
import {
  ENTITY_BUILDS_SHOWN,
  useCreateDenial,
  useEntityBuilds,
  useWords,
} from '../../hooks';
import { BUILD_DIALOG_PARAMETER } from '../../imagesTabPath';
import { buildsRouteRef } from '../../routes';
import { ActionButton } from '../ActionButton';
import { BuildImageDialog } from '../BuildImageDialog';
import { BuildTable } from '../BuildTable';
import { EmptyState } from '../EmptyState';
import { LiveUpdatesPaused } from '../LiveUpdatesPaused';
import { QueryRoot } from '../QueryRoot';
import { RequestFailed } from '../RequestFailed';
import { Section } from '../Section';
import { LatestImage } from './LatestImage';
import styles from './ImagesTab.module.css';

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
  const denial = useCreateDenial(entityRef);
  const [isOpen, setOpen] = useDialogOfAddress(denial !== undefined);
  const { builds, latest } = useEntityBuilds(entityRef);

  const buildButton = (
    <ActionButton
      variant="primary"
      denial={denial}
      showsReason
      onPress={() => setOpen(true)}
    >
      {t('images.buildImage')}
    </ActionButton>
  );
  const isEmpty = builds.data?.items.length === 0;
  const hasMore = (builds.data?.totalItems ?? 0) > ENTITY_BUILDS_SHOWN;

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

/**
 * Whether the dialog is open: an address that asks for it opens it, unless that
 * turns out to be denied. One that the reader has opened stays, and says itself
 * what is denied: it may be half filled in.
 */
function useDialogOfAddress(
  isDenied: boolean,
): [boolean, (isOpen: boolean) => void] {
  const [search, setSearch] = useSearchParams();
  const [openedBy, setOpenedBy] = useState<'address' | 'reader'>();
  const isAsked = search.has(BUILD_DIALOG_PARAMETER);
  useEffect(() => {
    if (isAsked) {
      setOpenedBy('address');
      // Asked once: going back to the tab later does not open it again.
      setSearch(
        before => {
          const after = new URLSearchParams(before);
          after.delete(BUILD_DIALOG_PARAMETER);
          return after;
        },
        { replace: true },
      );
    }
  }, [isAsked, setSearch]);
  useEffect(() => {
    if (isDenied) {
      setOpenedBy(before => (before === 'address' ? undefined : before));
    }
  }, [isDenied]);
  return [
    openedBy !== undefined,
    isOpen => setOpenedBy(isOpen ? 'reader' : undefined),
  ];
}
