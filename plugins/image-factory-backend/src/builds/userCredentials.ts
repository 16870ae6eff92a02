import {
  BackstageCredentials,
  BackstageUserPrincipal,
} from '@backstage/backend-plugin-api';

/** Who asks. */
export type UserCredentials = BackstageCredentials<BackstageUserPrincipal>;
