import { stringifyEntityRef } from '@backstage/catalog-model';
import { useEntity } from '@backstage/plugin-catalog-react';
import { RiBox3Line } from '@remixicon/react';
import { useCreateDenial, useImagesTab, useWords } from '../../hooks';

/** The link Build image among those at the top of an entity's About card. */
export function useBuildImageLink(): {
  label: string;
  title: string | undefined;
  icon: JSX.Element;
  href: string;
  disabled: boolean;
} {
  const t = useWords();
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const imagesTab = useImagesTab();
  const denial = useCreateDenial(entityRef);
  return {
    label: t('menu.buildImage'),
    title: denial?.reason,
    icon: <RiBox3Line />,
    href: imagesTab(entityRef, { dialog: true }),
    disabled: denial !== undefined,
  };
}
