import { useRouteRef } from '@backstage/core-plugin-api';
import { ButtonLink } from '@backstage/ui';
import { useWords } from '../../hooks';
import { buildsRouteRef } from '../../routes';
import { EmptyState } from '../EmptyState';
import { PageTitle } from '../PageTitle';

/** That there is no build at this address, and where there are some. */
export function NoSuchBuild() {
  const t = useWords();
  const buildsLink = useRouteRef(buildsRouteRef);
  return (
    <>
      <PageTitle title={t('noSuchBuild.title')} />
      <EmptyState
        title={t('noSuchBuild.title')}
        detail={t('noSuchBuild.detail')}
        action={
          <ButtonLink variant="primary" href={buildsLink()}>
            {t('noSuchBuild.action')}
          </ButtonLink>
        }
      />
    </>
  );
}
