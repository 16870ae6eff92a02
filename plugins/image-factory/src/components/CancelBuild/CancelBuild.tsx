import { useState } from 'react';
import { useApi } from '@backstage/core-plugin-api';
import {
  Alert,
  Button,
  Dialog,
  DialogBody,
  DialogFooter,
  DialogHeader,
  Text,
} from '@backstage/ui';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import { imageFactoryApiRef } from '../../api';
import { errorMessage } from '../../format';
import { useCancelDenial, useWords } from '../../hooks';
import { ActionButton } from '../ActionButton';

/** Cancels a build that is not over, after the reader has confirmed it. */
export function CancelBuild(props: { build: Build }) {
  const t = useWords();
  const api = useApi(imageFactoryApiRef);
  const queryClient = useQueryClient();
  const { build } = props;
  const denial = useCancelDenial(build.id);
  const [isOpen, setOpen] = useState(false);
  const cancel = useMutation({
    mutationFn: () => api.cancelBuild(build.id),
    onSuccess: cancelled => {
      queryClient.setQueryData(['build', build.id], cancelled);
      queryClient.invalidateQueries({ queryKey: ['build', build.id] });
      setOpen(false);
    },
  });
  const asked = build.cancelRequestedAt !== undefined;

  return (
    <>
      <ActionButton
        variant="secondary"
        denial={denial}
        isDisabled={asked}
        onPress={() => {
          cancel.reset();
          setOpen(true);
        }}
      >
        {asked ? t('buildPage.cancelling') : t('buildPage.cancel')}
      </ActionButton>
      <Dialog isOpen={isOpen} onOpenChange={setOpen}>
        <DialogHeader>{t('buildPage.cancelTitle')}</DialogHeader>
        <DialogBody>
          <Text as="p">
            {build.status === 'running'
              ? t('buildPage.cancelRunning')
              : t('buildPage.cancelQueued')}
          </Text>
          {cancel.error && (
            <Alert
              role="alert"
              status="danger"
              icon
              title={t('buildPage.cancelFailed')}
              description={errorMessage(cancel.error)}
            />
          )}
        </DialogBody>
        <DialogFooter>
          <Button variant="secondary" slot="close">
            {t('buildPage.cancelKeep')}
          </Button>
          <Button
            variant="primary"
            destructive
            isPending={cancel.isPending}
            onPress={() => cancel.mutate()}
          >
            {t('buildPage.cancel')}
          </Button>
        </DialogFooter>
      </Dialog>
    </>
  );
}
