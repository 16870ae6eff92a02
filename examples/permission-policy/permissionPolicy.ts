import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  catalogConditions,
  createCatalogConditionalDecision,
} from '@backstage/plugin-catalog-backend/alpha';
import {
  AuthorizeResult,
  PolicyDecision,
  isPermission,
  isResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import { policyExtensionPoint } from '@backstage/plugin-permission-node/alpha';
import {
  RESOURCE_TYPE_IMAGE_BUILD,
  imageBuildCreatePermission,
  imageBuildReadPermission,
  imageFactoryPermissions,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  createImageBuildConditionalDecision,
  imageBuildConditions,
} from '@image-factory/backstage-plugin-image-factory-node';

const PORTAL_ADMINS = 'group:default/portal-admins';

const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
const DENY: PolicyDecision = { result: AuthorizeResult.DENY };

/**
 * Teams build what they own and see what they own; portal admins do and see
 * everything; who is in no team has nothing to do with images.
 */
export class TeamPolicy implements PermissionPolicy {
  async handle(
    { permission }: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    if (!imageFactoryPermissions.some(({ name }) => name === permission.name)) {
      // The rules of your other plugins go here.
      return ALLOW;
    }
    const claims = user?.info.ownershipEntityRefs ?? [];
    if (claims.includes(PORTAL_ADMINS)) return ALLOW;
    if (!claims.some(claim => claim.startsWith('group:'))) return DENY;

    if (isPermission(permission, imageBuildCreatePermission)) {
      return createCatalogConditionalDecision(
        permission,
        catalogConditions.isEntityOwner({ claims }),
      );
    }
    if (isPermission(permission, imageBuildReadPermission)) {
      return createImageBuildConditionalDecision(permission, {
        anyOf: [
          imageBuildConditions.isTenantMember({ tenants: claims }),
          // Who has taken over a component sees its builds of before.
          imageBuildConditions.hasEntityOwner({ ownerRefs: claims }),
        ],
      });
    }
    if (isResourcePermission(permission, RESOURCE_TYPE_IMAGE_BUILD)) {
      return createImageBuildConditionalDecision(
        permission,
        imageBuildConditions.isTenantMember({ tenants: claims }),
      );
    }
    return DENY;
  }
}

/** Add it to the backend in place of the allow-all policy. */
export default createBackendModule({
  pluginId: 'permission',
  moduleId: 'team-policy',
  register(env) {
    env.registerInit({
      deps: { policy: policyExtensionPoint },
      async init({ policy }) {
        policy.setPolicy(new TeamPolicy());
      },
    });
  },
});
