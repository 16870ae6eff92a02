import { useNavigate } from 'react-router-dom';
import { useRouteRef } from '@backstage/core-plugin-api';
import { Dialog, DialogHeader } from '@backstage/ui';
import { useWords } from '../../hooks';
import { buildRouteRef } from '../../routes';
import { BuildForm } from './BuildForm';

/** Asks for what a build needs, starts it, and goes on to its page. */
export function BuildImageDialog(props: {
  entityRef: string;
  isOpen: boolean;
  onClose: () => void;
}) {
  const t = useWords();
  const navigate = useNavigate();
  const buildLink = useRouteRef(buildRouteRef);
  const { entityRef, isOpen, onClose } = props;
  return (
    <Dialog
      isOpen={isOpen}
      onOpenChange={open => !open && onClose()}
      // A click beside the dialog must not cost what was typed; Esc closes.
      isDismissable={false}
      width="min(680px, calc(100vw - 32px))"
    >
      <DialogHeader>{t('dialog.title')}</DialogHeader>
      <BuildForm
        entityRef={entityRef}
        onSubmitted={build => {
          onClose();
          navigate(buildLink({ buildId: build.id }));
        }}
      />
    </Dialog>
  );
}
