import { ResourcePermission } from '@backstage/plugin-permission-common';
import { usePermission } from '@backstage/plugin-permission-react';
import {
  imageBuildCancelPermission,
  imageBuildCreatePermission,
  imageBuildRetryPermission,
} from '@image-factory/backstage-plugin-image-factory-common';
import { useWords } from './useWords';

/** What the reader lacks, and the sentence that says so. */
export type Denial = { permission: string; reason: string };

/** Whether building an entity is denied; rebuilding counts as that. */
export function useCreateDenial(entityRef: string): Denial | undefined {
  return useDenial(imageBuildCreatePermission, entityRef);
}

/** Whether cancelling a build is denied. */
export function useCancelDenial(buildId: string): Denial | undefined {
  return useDenial(imageBuildCancelPermission, buildId);
}

/** Whether retrying a build, or starting one that is held, is denied. */
export function useRetryDenial(buildId: string): Denial | undefined {
  return useDenial(imageBuildRetryPermission, buildId);
}

/**
 * The pages ask only to spare the reader a refusal: while the answer is not
 * there, or cannot be had, nothing is held back, and the backend decides.
 */
function useDenial(
  permission: ResourcePermission,
  resourceRef: string,
): Denial | undefined {
  const t = useWords();
  const { loading, error, allowed } = usePermission({
    permission,
    resourceRef,
  });
  if (loading || error || allowed) {
    return undefined;
  }
  return {
    permission: permission.name,
    reason: t('permission.needed', { permission: permission.name }),
  };
}
