import {
  coreServices,
  createBackendModule,
} from '@backstage/backend-plugin-api';
import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { createPermissionRule } from '@backstage/plugin-permission-node';
import {
  imageBuildReadPermission,
  imageFactoryPermissions,
} from '@image-factory/backstage-plugin-image-factory-common';
import {
  BuildFilter,
  createImageBuildConditionalDecision,
  imageBuildPermissionResourceRef,
} from '@image-factory/backstage-plugin-image-factory-node';
import request from 'supertest';
import { PolicyBackend } from './__testUtils__/PolicyBackend';

jest.setTimeout(60_000);

describe('what the plugin tells the permission system', () => {
  let portal: PolicyBackend;

  beforeAll(async () => {
    portal = await PolicyBackend.start();
  });

  afterAll(async () => {
    await portal.stop();
  });

  it('is every permission, and the rules with their parameters', async () => {
    const { body } = await request(portal.server).get(
      '/api/image-factory/.well-known/backstage/permissions/metadata',
    );
    const byName = (a: { name: string }, b: { name: string }) =>
      a.name < b.name ? -1 : 1;
    expect(body.permissions.sort(byName)).toEqual(
      [...imageFactoryPermissions].sort(byName),
    );
    expect(
      body.rules.map(
        (rule: {
          name: string;
          resourceType: string;
          paramsSchema: { properties: object };
        }) => [
          rule.name,
          rule.resourceType,
          Object.keys(rule.paramsSchema.properties),
        ],
      ),
    ).toEqual([
      ['IS_REQUESTER', 'image-build', ['userRef']],
      ['IS_TENANT_MEMBER', 'image-build', ['tenants']],
      ['HAS_ENTITY_OWNER', 'image-build', ['ownerRefs']],
      ['HAS_METHOD', 'image-build', ['methods']],
    ]);
  });

  it('lets a page ask what may be done with a build', async () => {
    const { id } = await portal.held();
    const ask = async (user: string, resourceRef: string) => {
      const { body } = await request(portal.server)
        .post('/api/permission/authorize')
        .set('Authorization', mockCredentials.user.header(user))
        .send({
          items: [
            { id: 'asked', permission: imageBuildReadPermission, resourceRef },
          ],
        });
      return body.items[0].result;
    };
    expect(await ask('user:default/member', id)).toBe(AuthorizeResult.ALLOW);
    expect(await ask('user:default/outsider', id)).toBe(AuthorizeResult.DENY);
    for (const other of [id.replace(/^./, '_'), 'x\0', "' OR 1=1 --"]) {
      expect(await ask('user:default/member', other)).toBe(
        AuthorizeResult.DENY,
      );
    }
  });
});

describe('a rule that a module adds', () => {
  const isOfGuests = createPermissionRule({
    name: 'IS_OF_GUESTS',
    description: 'Allow builds of guests',
    resourceRef: imageBuildPermissionResourceRef,
    apply: ({ build }) => build.tenant === 'group:default/guests',
    toQuery: (): BuildFilter => ({
      key: 'tenant',
      values: ['group:default/guests'],
    }),
  });
  let negated = false;
  let portal: PolicyBackend;

  beforeAll(async () => {
    const condition = {
      rule: isOfGuests.name,
      resourceType: isOfGuests.resourceType,
    };
    portal = await PolicyBackend.start(
      createBackendModule({
        pluginId: 'image-factory',
        moduleId: 'rule',
        register(env) {
          env.registerInit({
            deps: { registry: coreServices.permissionsRegistry },
            async init({ registry }) {
              registry.addPermissionRules([isOfGuests]);
            },
          });
        },
      }),
      mockServices.permissions.mock({
        authorize: async queries =>
          queries.map(() => ({ result: AuthorizeResult.ALLOW })),
        authorizeConditional: async queries =>
          queries.map(({ permission }) =>
            permission.name === imageBuildReadPermission.name
              ? createImageBuildConditionalDecision(
                  imageBuildReadPermission,
                  negated ? { not: condition } : condition,
                )
              : { result: AuthorizeResult.ALLOW },
          ),
      }).factory,
    );
  });

  afterAll(async () => {
    await portal.stop();
  });

  it('holds for one build and for lists', async () => {
    const { id } = await portal.held();
    const see = async () => ({
      status: (await portal.ask('stranger', 'get', `/v1/builds/${id}`)).status,
      listed: (await portal.ask('stranger', 'get', '/v1/builds')).body
        .totalItems,
    });
    expect(await see()).toEqual({ status: 200, listed: 1 });
    negated = true;
    expect(await see()).toEqual({ status: 403, listed: 0 });
  });
});
