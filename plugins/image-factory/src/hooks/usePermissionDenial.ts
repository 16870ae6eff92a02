import { ResourcePermission } from '@backstage/plugin-permission-common';
import { usePermission } from '@backstage/plugin-permission-react';
import {
  Build,
  EligibilityReasonCode,
  imageBuildCancelPermission,
  imageBuildCreatePermission,
  imageBuildRetryPermission,
} from '@image-factory/backstage-plugin-image-factory-common';
import { useBuildEligibility } from './useBuildEligibility';
import { useWords } from './useWords';

/** What the reader lacks. */
export type Denial = {
  /** In a few words, such as the name of a permission, where there is no room for more. */
  need: string;
  /** The sentence that says so. */
  reason: string;
};

/** Whether building an image of an entity is denied. */
export function useCreateDenial(entityRef: string): Denial | undefined {
  const permission = useDenial(imageBuildCreatePermission, entityRef);
  const eligibility = useIneligibility(entityRef, [
    'PERMISSION_MISSING',
    'NOT_A_MEMBER',
    'NOT_BUILDABLE',
  ]);
  return permission ?? eligibility;
}

/**
 * Whether rebuilding a build is denied. It is a build of the entity, yet the
 * same inputs can be built again where the entity declares no image any more.
 */
export function useRebuildDenial(build: Build): Denial | undefined {
  const permission = useDenial(imageBuildCreatePermission, build.entityRef);
  const eligibility = useIneligibility(build.entityRef, [
    'PERMISSION_MISSING',
    'NOT_A_MEMBER',
  ]);
  return permission ?? eligibility;
}

/** Whether cancelling a build is denied. */
export function useCancelDenial(buildId: string): Denial | undefined {
  return useDenial(imageBuildCancelPermission, buildId);
}

/**
 * Whether retrying a build, or starting one that is held, is denied. It takes
 * no permission on the entity, but membership in its tenant.
 */
export function useRetryDenial(build: Build): Denial | undefined {
  const permission = useDenial(imageBuildRetryPermission, build.id);
  const eligibility = useIneligibility(build.entityRef, ['NOT_A_MEMBER']);
  return permission ?? eligibility;
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
    need: permission.name,
    reason: t('permission.needed', { permission: permission.name }),
  };
}

/** The first of these reasons for which the backend would refuse a build of the entity. */
function useIneligibility(
  entityRef: string,
  codes: EligibilityReasonCode[],
): Denial | undefined {
  const t = useWords();
  const { tenant = '', reasons } = useBuildEligibility(entityRef);
  const found = reasons.find(({ code }) => codes.includes(code));
  if (!found) {
    return undefined;
  }
  const needs: Record<EligibilityReasonCode, string> = {
    PERMISSION_MISSING: imageBuildCreatePermission.name,
    NOT_A_MEMBER: t('permission.membership', { tenant }),
    NOT_BUILDABLE: t('permission.declaredImage'),
  };
  return { need: needs[found.code], reason: found.message };
}
