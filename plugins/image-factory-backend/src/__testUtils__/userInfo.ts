import { BackstageCredentials } from '@backstage/backend-plugin-api';
import { mockServices } from '@backstage/backend-test-utils';

/** Everybody who signs in belongs to what `groupsOf` says, and to themselves. */
export function userInfo(groupsOf: (userRef: string) => string[]) {
  return mockServices.userInfo.mock({
    getUserInfo: async ({ principal }: BackstageCredentials) => {
      const { userEntityRef } = principal as { userEntityRef: string };
      return {
        userEntityRef,
        ownershipEntityRefs: [userEntityRef, ...groupsOf(userEntityRef)],
      };
    },
  }).factory;
}

/** Everybody is one of those who own the components of the demo catalog. */
export const guests = userInfo(() => ['group:default/guests']);
