import { useNavigate } from 'react-router-dom';
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import { Alert, Button, Menu, MenuItem, MenuTrigger } from '@backstage/ui';
import { RiArrowDownSLine } from '@remixicon/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  Build,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../../api';
import { errorMessage } from '../../format';
import { useWords } from '../../hooks';
import { buildRouteRef } from '../../routes';
import styles from './BuildAgain.module.css';

type Action = 'start' | 'retry' | 'pinned' | 'latest';

/**
 * What can be run of a build that does not run: one that is held is started,
 * one that failed or was cancelled is tried again, and one that is over is
 * rebuilt, from the same inputs or from what the component says now.
 */
export function BuildAgain(props: { build: Build }) {
  const t = useWords();
  const api = useApi(imageFactoryApiRef);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const buildLink = useRouteRef(buildRouteRef);
  const { build } = props;
  const run = useMutation({
    mutationFn: (action: Action) => {
      switch (action) {
        case 'start':
          return api.startBuild(build.id);
        case 'retry':
          return api.retryBuild(build.id);
        default:
          return api.rebuildBuild(build.id, action);
      }
    },
    onSuccess: result => {
      queryClient.setQueryData(['build', result.id], result);
      queryClient.invalidateQueries({ queryKey: ['build', result.id] });
      if (result.id !== build.id) {
        navigate(buildLink({ buildId: result.id }));
      }
    },
  });

  const running = run.isPending ? run.variables : undefined;

  return (
    <>
      {build.status === 'pending' && (
        <Button
          variant="primary"
          isPending={run.isPending}
          onPress={() => run.mutate('start')}
        >
          {t('again.start')}
        </Button>
      )}
      {(build.status === 'failed' || build.status === 'cancelled') && (
        <Button
          variant="secondary"
          isPending={running === 'retry'}
          isDisabled={running !== undefined && running !== 'retry'}
          onPress={() => run.mutate('retry')}
        >
          {t('again.retry')}
        </Button>
      )}
      {isTerminal(build.status) && (
        <MenuTrigger>
          <Button
            variant="primary"
            isPending={running === 'latest' || running === 'pinned'}
            isDisabled={running === 'retry'}
            iconEnd={<RiArrowDownSLine />}
          >
            {t('again.rebuild')}
          </Button>
          <Menu placement="bottom end">
            <MenuItem onAction={() => run.mutate('latest')}>
              {t('again.latest')}
            </MenuItem>
            <MenuItem onAction={() => run.mutate('pinned')}>
              {t('again.pinned')}
            </MenuItem>
          </Menu>
        </MenuTrigger>
      )}
      {run.error && (
        <div className={styles.failed}>
          <Alert
            role="alert"
            status="danger"
            icon
            title={t('again.failed')}
            description={errorMessage(run.error)}
          />
        </div>
      )}
    </>
  );
}
