import { PermissionsService } from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  AuthorizeResult,
  BasicPermission,
  Permission,
  PermissionCriteria,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  PermissionRuleset,
  createConditionAuthorizer,
  createConditionTransformer,
} from '@backstage/plugin-permission-node';
import {
  RESOURCE_TYPE_IMAGE_BUILD,
  imageBuildCreatePermission,
  imageBuildReadPermission,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  BuildFilter,
  ImageBuildResource,
} from '@image-factory/backstage-plugin-image-factory-node';
import { UserCredentials } from './userCredentials';

/** A permission about one build. */
export type BuildPermission = ResourcePermission<
  typeof RESOURCE_TYPE_IMAGE_BUILD
>;

/** What {@link PermissionChecks} asks. */
export type PermissionChecksOptions = {
  permissions: PermissionsService;
  /** The rules about builds, those of modules among them. */
  ruleset: PermissionRuleset<ImageBuildResource, BuildFilter>;
};

/** Asks the portal's policy who may do what, and says what is missing where it says no. */
export class PermissionChecks {
  readonly #options: PermissionChecksOptions;

  static create(options: PermissionChecksOptions): PermissionChecks {
    return new PermissionChecks(options);
  }

  private constructor(options: PermissionChecksOptions) {
    this.#options = options;
  }

  /** @throws NotAllowedError */
  async demand(
    permission: BasicPermission,
    act: string,
    credentials: UserCredentials,
  ): Promise<void> {
    const [{ result }] = await this.#options.permissions.authorize(
      [{ permission }],
      { credentials },
    );
    if (result !== AuthorizeResult.ALLOW) throw notAllowed(act, permission);
  }

  /** What keeps the user from building images of the entity, in words; undefined where the policy lets them. */
  async createProblem(
    entityRef: string,
    credentials: UserCredentials,
  ): Promise<string | undefined> {
    const permission = imageBuildCreatePermission;
    const [{ result }] = await this.#options.permissions.authorize(
      [{ permission, resourceRef: entityRef }],
      { credentials },
    );
    return result === AuthorizeResult.ALLOW
      ? undefined
      : missing(`build images of ${entityRef}`, permission);
  }

  /** @throws NotAllowedError for whoever may not build images of the entity */
  async demandCreate(
    entityRef: string,
    credentials: UserCredentials,
  ): Promise<void> {
    const problem = await this.createProblem(entityRef, credentials);
    if (problem) throw new NotAllowedError(problem);
  }

  /**
   * Conditions are applied here, to the build as it is loaded: one question to
   * the permission backend, and none back from it.
   *
   * @throws NotAllowedError that tells nothing of the build
   */
  async demandOfBuild(
    resource: ImageBuildResource,
    acts: { permission: BuildPermission; act: string }[],
    credentials: UserCredentials,
  ): Promise<void> {
    const { permissions, ruleset } = this.#options;
    const decisions = await permissions.authorizeConditional(
      acts.map(({ permission }) => ({ permission })),
      { credentials },
    );
    const isGranted = createConditionAuthorizer(ruleset);
    acts.forEach(({ permission, act }, index) => {
      if (!isGranted(decisions[index], resource)) {
        throw notAllowed(act, permission);
      }
    });
  }

  /**
   * Which builds may be seen; undefined where all may.
   *
   * @throws NotAllowedError where none may, whatever they are
   */
  async grantedBuilds(
    credentials: UserCredentials,
  ): Promise<PermissionCriteria<BuildFilter> | undefined> {
    const { permissions, ruleset } = this.#options;
    const permission = imageBuildReadPermission;
    const [decision] = await permissions.authorizeConditional(
      [{ permission }],
      { credentials },
    );
    if (decision.result === AuthorizeResult.DENY) {
      throw notAllowed('see builds', permission);
    }
    return decision.result === AuthorizeResult.CONDITIONAL
      ? createConditionTransformer(ruleset)(decision.conditions)
      : undefined;
  }
}

function notAllowed(act: string, permission: Permission): NotAllowedError {
  return new NotAllowedError(missing(act, permission));
}

function missing(act: string, { name }: Permission): string {
  return `You may not ${act}: that needs the permission ${name}, and the portal's policy does not grant it to you here. Ask a portal admin for it.`;
}
