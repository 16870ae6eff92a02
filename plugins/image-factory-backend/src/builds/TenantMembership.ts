import { UserInfoService } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { TENANT_WITHOUT_OWNER } from './declaredImage';
import { UserCredentials } from './userCredentials';

/** Whose builds are accounted to a tenant. */
export type Accounted = { entityRef: string; tenant: string };

/**
 * Whoever has a build run has to belong to the tenant that it is accounted to.
 * Asked apart from permissions: whoever writes an entity's `catalog-info.yaml`
 * names its owner there, and must not get the limits and the repositories of
 * others by it, however wide the policy is.
 */
export class TenantMembership {
  readonly #userInfo: UserInfoService;
  readonly #required: boolean;

  static create(options: {
    userInfo: UserInfoService;
    /** False asks nothing of anybody. */
    required: boolean;
  }): TenantMembership {
    return new TenantMembership(options.userInfo, options.required);
  }

  private constructor(userInfo: UserInfoService, required: boolean) {
    this.#userInfo = userInfo;
    this.#required = required;
  }

  /** What keeps the user from having builds run there, in words; undefined where nothing does. */
  async problem(
    { entityRef, tenant }: Accounted,
    credentials: UserCredentials,
  ): Promise<string | undefined> {
    if (!this.#required || tenant === TENANT_WITHOUT_OWNER) return undefined;
    const { ownershipEntityRefs } = await this.#userInfo.getUserInfo(
      credentials,
    );
    // How a sign-in writes references is its own; they are the same in any case.
    if (ownershipEntityRefs.some(ref => lower(ref) === lower(tenant))) {
      return undefined;
    }
    return `Builds of ${entityRef} are accounted to ${tenant}, and you do not belong to it. Ask one of its members to do it; or become a member in the catalog, and sign in again.`;
  }

  /** @throws NotAllowedError for whoever does not belong to the tenant */
  async demand(
    accounted: Accounted,
    credentials: UserCredentials,
  ): Promise<void> {
    const problem = await this.problem(accounted, credentials);
    if (problem) throw new NotAllowedError(problem);
  }
}

function lower(entityRef: string): string {
  return entityRef.toLocaleLowerCase('en-US');
}
