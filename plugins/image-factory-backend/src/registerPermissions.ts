import { PermissionsRegistryService } from '@backstage/backend-plugin-api';
import { PermissionRuleset } from '@backstage/plugin-permission-node';
import {
  imageBuildCancelPermission,
  imageBuildCreatePermission,
  imageBuildReadPermission,
  imageBuildRetryPermission,
  imageFactoryExecutorReadPermission,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  BuildFilter,
  ImageBuildResource,
  imageBuildPermissionResourceRef,
  imageBuildRules,
} from '@image-factory/backstage-plugin-image-factory-node';
import { BuildStore } from './database';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Tells the permission system what there is to permit. Gives the rules about builds, with those that modules add. */
export function registerPermissions(
  registry: PermissionsRegistryService,
  builds: Pick<BuildStore, 'resource'>,
): PermissionRuleset<ImageBuildResource, BuildFilter> {
  registry.addResourceType({
    resourceRef: imageBuildPermissionResourceRef,
    permissions: [
      imageBuildReadPermission,
      imageBuildCancelPermission,
      imageBuildRetryPermission,
    ],
    rules: Object.values(imageBuildRules),
    getResources: ids =>
      Promise.all(
        // What is no id is no build, and not for the database to tell.
        ids.map(async id => (UUID.test(id) ? builds.resource(id) : undefined)),
      ),
  });
  registry.addPermissions([
    imageBuildCreatePermission,
    imageFactoryExecutorReadPermission,
  ]);
  return registry.getPermissionRuleset(imageBuildPermissionResourceRef);
}
