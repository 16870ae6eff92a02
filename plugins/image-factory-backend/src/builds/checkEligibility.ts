import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import {
  BuildEligibility,
  EligibilityReason,
} from '@image-factory/backstage-plugin-image-factory-common';
import { declaredImage, explainNoImage, tenantOf } from './declaredImage';
import { PermissionChecks } from './PermissionChecks';
import { TenantMembership } from './TenantMembership';
import { UserCredentials } from './userCredentials';

/**
 * Whether a user may have images of an entity built, as a submit would find it
 * before it looks at sources: every reason at once, the permission first.
 */
export async function checkEligibility(options: {
  entity: Entity;
  credentials: UserCredentials;
  checks: Pick<PermissionChecks, 'createProblem'>;
  membership: Pick<TenantMembership, 'problem'>;
}): Promise<BuildEligibility> {
  const { entity, credentials, checks, membership } = options;
  const entityRef = stringifyEntityRef(entity);
  const tenant = tenantOf(entity);
  const [denied, foreign] = await Promise.all([
    checks.createProblem(entityRef, credentials),
    membership.problem({ entityRef, tenant }, credentials),
  ]);
  const reasons: EligibilityReason[] = [];
  if (denied !== undefined) {
    reasons.push({ code: 'PERMISSION_MISSING', message: denied });
  }
  if (foreign !== undefined) {
    reasons.push({ code: 'NOT_A_MEMBER', message: foreign });
  }
  if (!declaredImage(entity)) {
    reasons.push({ code: 'NOT_BUILDABLE', message: explainNoImage(entity) });
  }
  return { entityRef, tenant, eligible: reasons.length === 0, reasons };
}
