import { useNavigate } from 'react-router-dom';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { IconComponent } from '@backstage/core-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import AddToQueueIcon from '@material-ui/icons/AddToQueue';
import { useCreateDenial, useImagesTab, useWords } from '../../hooks';

/**
 * An item for the menu of an entity page.
 *
 * @public
 */
export interface BuildImageMenuItem {
  /** What it does; where that is denied, what it takes as well. */
  title: string;
  /** Its icon, for the classic frontend system. */
  Icon: IconComponent;
  /** Whether the reader may not build this entity. */
  disabled: boolean;
  /** Leads to the tab Images and opens the dialog Build image there. */
  onClick: () => void;
}

/**
 * The item Build image for the menu of an entity page, such as the
 * `UNSTABLE_extraContextMenuItems` of the classic `EntityLayout`. The new
 * frontend system has it without further ado.
 *
 * @remarks To be used within the page of an entity.
 *
 * @public
 */
export function useBuildImageMenuItem(): BuildImageMenuItem {
  const t = useWords();
  const navigate = useNavigate();
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const imagesTab = useImagesTab();
  const denial = useCreateDenial(entityRef);
  return {
    title: denial
      ? t('menu.buildImageDenied', { need: denial.need })
      : t('menu.buildImage'),
    Icon: AddToQueueIcon,
    disabled: denial !== undefined,
    onClick: () => {
      if (!denial) {
        navigate(imagesTab(entityRef, { dialog: true }));
      }
    },
  };
}
