import { useNavigate } from 'react-router-dom';
import { useApi, useRouteRef } from '@backstage/core-plugin-api';
import { Alert, Menu, MenuItem, MenuTrigger } from '@backstage/ui';
import { RiArrowDownSLine } from '@remixicon/react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import {
  Build,
  isTerminal,
} from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../../api';
import { errorMessage } from '../../format';
import {
  Denial,
  useRebuildDenial,
  useRetryDenial,
  useWords,
} from '../../hooks';
import { buildRouteRef } from '../../routes';
import { ActionButton } from '../ActionButton';
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
  const retryDenial = useRetryDenial(build);
  const rebuildDenial = useRebuildDenial(build);
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
        <ActionButton
          variant="primary"
          denial={retryDenial}
          isPending={run.isPending}
          onPress={() => run.mutate('start')}
        >
          {t('again.start')}
        </ActionButton>
      )}
      {(build.status === 'failed' || build.status === 'cancelled') && (
        <ActionButton
          variant="secondary"
          denial={retryDenial}
          hint={t('again.retryHint')}
          isPending={running === 'retry'}
          isDisabled={running !== undefined && running !== 'retry'}
          onPress={() => run.mutate('retry')}
        >
          {t('again.retry')}
        </ActionButton>
      )}
      {isTerminal(build.status) && (
        <RebuildButton
          denial={rebuildDenial}
          isPending={running === 'latest' || running === 'pinned'}
          isDisabled={running === 'retry'}
          onRebuild={mode => run.mutate(mode)}
        />
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

/** Rebuilding makes a new build of the component, so it takes what building takes. */
function RebuildButton(props: {
  denial: Denial | undefined;
  isPending: boolean;
  isDisabled: boolean;
  onRebuild: (mode: 'latest' | 'pinned') => void;
}) {
  const t = useWords();
  const { denial, isPending, isDisabled, onRebuild } = props;
  const button = (
    <ActionButton
      variant="primary"
      denial={denial}
      hint={t('again.rebuildHint')}
      isPending={isPending}
      isDisabled={isDisabled}
      iconEnd={<RiArrowDownSLine />}
    >
      {t('again.rebuild')}
    </ActionButton>
  );
  if (denial) {
    return button;
  }
  return (
    <MenuTrigger>
      {button}
      <Menu placement="bottom end">
        <MenuItem onAction={() => onRebuild('latest')}>
          {t('again.latest')}
        </MenuItem>
        <MenuItem onAction={() => onRebuild('pinned')}>
          {t('again.pinned')}
        </MenuItem>
      </Menu>
    </MenuTrigger>
  );
}
