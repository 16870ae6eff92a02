import {
  createConditionExports,
  createPermissionResourceRef,
  createPermissionRule,
} from '@backstage/plugin-permission-node';
import {
  Build,
  RESOURCE_TYPE_IMAGE_BUILD,
} from '@image-factory/backstage-plugin-image-factory-common';
import { z } from 'zod/v4';

/**
 * What rules about builds are asked about.
 *
 * @public
 */
export type ImageBuildResource = {
  build: Build;
  /** The entity references of those who own the build's entity, as the catalog told them last. */
  entityOwners: string[];
};

/**
 * What builds are found by in the database: those whose `key` has one of the
 * `values`. Without values there are none.
 *
 * @public
 */
export type BuildFilter = {
  key: 'createdBy' | 'tenant' | 'entityOwner' | 'method';
  values: string[];
};

/**
 * Builds, to the permission system. A module of a portal makes further rules
 * about them with it.
 *
 * @public
 */
export const imageBuildPermissionResourceRef = createPermissionResourceRef<
  ImageBuildResource,
  BuildFilter
>().with({
  pluginId: 'image-factory',
  resourceType: RESOURCE_TYPE_IMAGE_BUILD,
});

const isRequester = createPermissionRule({
  name: 'IS_REQUESTER',
  description: 'Allow builds that a user has submitted',
  resourceRef: imageBuildPermissionResourceRef,
  paramsSchema: z.object({
    userRef: z.string().describe('The entity reference of the user'),
  }),
  apply: ({ build }, { userRef }) => build.createdBy === userRef,
  toQuery: ({ userRef }) => ({ key: 'createdBy', values: [userRef] }),
});

const isTenantMember = createPermissionRule({
  name: 'IS_TENANT_MEMBER',
  description: 'Allow builds that are accounted to one of some tenants',
  resourceRef: imageBuildPermissionResourceRef,
  paramsSchema: z.object({
    tenants: z
      .array(z.string())
      .describe(
        'The tenants: entity references of owners, and default for entities without one',
      ),
  }),
  apply: ({ build }, { tenants }) => tenants.includes(build.tenant),
  toQuery: ({ tenants }) => ({ key: 'tenant', values: tenants }),
});

const hasEntityOwner = createPermissionRule({
  name: 'HAS_ENTITY_OWNER',
  description: 'Allow builds of entities that belong to one of some owners',
  resourceRef: imageBuildPermissionResourceRef,
  paramsSchema: z.object({
    ownerRefs: z
      .array(z.string())
      .describe('The entity references of the owners'),
  }),
  apply: ({ entityOwners }, { ownerRefs }) =>
    entityOwners.some(owner => ownerRefs.includes(owner)),
  toQuery: ({ ownerRefs }) => ({ key: 'entityOwner', values: ownerRefs }),
});

const hasMethod = createPermissionRule({
  name: 'HAS_METHOD',
  description: 'Allow builds by one of some build methods',
  resourceRef: imageBuildPermissionResourceRef,
  paramsSchema: z.object({
    methods: z
      .array(z.string())
      .describe('The ids of the methods, such as docker'),
  }),
  apply: ({ build }, { methods }) => methods.includes(build.method),
  toQuery: ({ methods }) => ({ key: 'method', values: methods }),
});

/**
 * The rules about builds.
 *
 * @public
 */
export const imageBuildRules = {
  isRequester,
  isTenantMember,
  hasEntityOwner,
  hasMethod,
};

const { conditions, createConditionalDecision } = createConditionExports({
  resourceRef: imageBuildPermissionResourceRef,
  rules: imageBuildRules,
});

/**
 * The conditions that a policy may set on permissions about builds.
 *
 * @public
 */
export const imageBuildConditions = conditions;

/**
 * Makes the decision of a policy that allows a permission about builds under
 * conditions of {@link imageBuildConditions}.
 *
 * @public
 */
export const createImageBuildConditionalDecision = createConditionalDecision;
