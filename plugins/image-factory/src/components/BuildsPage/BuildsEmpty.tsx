import { useRouteRef } from '@backstage/core-plugin-api';
import { Button, ButtonLink } from '@backstage/ui';
import { useWords } from '../../hooks';
import { catalogIndexRouteRef } from '../../routes';
import { EmptyState } from '../EmptyState';

/** Why no build is listed: none is there, or none matches. */
export function BuildsEmpty(props: {
  isFiltered: boolean;
  onClear: () => void;
}) {
  const t = useWords();
  const catalogLink = useRouteRef(catalogIndexRouteRef);
  return props.isFiltered ? (
    <EmptyState
      title={t('builds.filteredTitle')}
      detail={t('builds.filteredDetail')}
      action={
        <Button variant="secondary" onPress={props.onClear}>
          {t('builds.clear')}
        </Button>
      }
    />
  ) : (
    <EmptyState
      title={t('builds.emptyTitle')}
      detail={t('builds.emptyDetail')}
      action={
        catalogLink && (
          <ButtonLink variant="primary" href={catalogLink()}>
            {t('builds.emptyAction')}
          </ButtonLink>
        )
      }
    />
  );
}
