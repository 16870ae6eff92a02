import { parseEntityRef } from '@backstage/catalog-model';
import { useRouteRef } from '@backstage/core-plugin-api';
import { entityRouteRef } from '@backstage/plugin-catalog-react';
import { BUILD_DIALOG_PARAMETER, IMAGES_TAB_PATH } from '../imagesTabPath';

/** Gives the address of an entity's tab Images, as it is or with the dialog Build image open. */
export function useImagesTab(): (
  entityRef: string,
  options?: { dialog: boolean },
) => string {
  const entityLink = useRouteRef(entityRouteRef);
  return (entityRef, options) => {
    const { kind, namespace, name } = parseEntityRef(entityRef);
    const tab = `${entityLink({
      kind: kind.toLocaleLowerCase('en'),
      namespace: namespace.toLocaleLowerCase('en'),
      name,
    })}/${IMAGES_TAB_PATH}`;
    return options?.dialog ? `${tab}?${BUILD_DIALOG_PARAMETER}` : tab;
  };
}
