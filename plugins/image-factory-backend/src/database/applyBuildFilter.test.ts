import {
  PermissionCondition,
  PermissionCriteria,
} from '@backstage/plugin-permission-common';
import {
  PermissionRuleset,
  createConditionAuthorizer,
  createConditionTransformer,
} from '@backstage/plugin-permission-node';
import {
  BuildFilter,
  ImageBuildResource,
  createImageBuildConditionalDecision,
  imageBuildConditions,
  imageBuildRules,
} from '@image-factory/backstage-plugin-image-factory-node';
import { imageBuildReadPermission } from '@image-factory/backstage-plugin-image-factory-common';
import fc from 'fast-check';
import {
  createTestDatabases,
  migrated,
  someBuild,
} from '../__testUtils__/databases';
import { BuildStore } from './BuildStore';

jest.setTimeout(120_000);

const ruleset: PermissionRuleset<ImageBuildResource, BuildFilter> = {
  getRuleByName: name => {
    const rule = Object.values(imageBuildRules).find(
      each => each.name === name,
    );
    if (!rule) throw new Error(`There is no rule ${name}`);
    return rule as ReturnType<(typeof ruleset)['getRuleByName']>;
  },
};
const toFilter = createConditionTransformer(ruleset);
const isGranted = createConditionAuthorizer(ruleset);

type Criteria = PermissionCriteria<PermissionCondition<'image-build'>>;

const PEOPLE = ['user:default/ada', 'user:default/Ada', "user:default/o'neil"];
const GROUPS = ['group:default/payments', 'group:default/shop', 'default'];
const METHODS = ['docker', 'nix'];
/** What nothing stored has, also what a database may take amiss. */
const NOTHING = ['', '%', 'x\0y', "' OR 1=1 --", 'group:default/nobody'];

const valuesOf = (values: string[]) =>
  fc.uniqueArray(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...values) },
      { weight: 1, arbitrary: fc.constantFrom(...NOTHING) },
    ),
    { maxLength: 2 },
  );

const condition: fc.Arbitrary<Criteria> = fc.oneof(
  fc
    .constantFrom(...PEOPLE, ...NOTHING)
    .map(userRef => imageBuildConditions.isRequester({ userRef })),
  valuesOf(GROUPS).map(tenants =>
    imageBuildConditions.isTenantMember({ tenants }),
  ),
  valuesOf([...GROUPS, ...PEOPLE]).map(ownerRefs =>
    imageBuildConditions.hasEntityOwner({ ownerRefs }),
  ),
  valuesOf(METHODS).map(methods => imageBuildConditions.hasMethod({ methods })),
);

const criteria = fc.letrec<{ any: Criteria; some: Criteria[] }>(tie => ({
  some: fc.array(tie('any'), { maxLength: 3 }),
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: condition },
    // A policy gives no empty list by its types, and one that does is taken
    // the same way by both.
    tie('some').map(allOf => ({ allOf } as Criteria)),
    tie('some').map(anyOf => ({ anyOf } as Criteria)),
    tie('any').map(not => ({ not })),
  ),
})).any;

describe('what a policy grants', () => {
  const databases = createTestDatabases();

  it.each(databases.eachSupportedId())(
    'is the same of a list as of each build by itself, whatever the conditions, on %p',
    async databaseId => {
      const knex = await migrated(databases, databaseId);
      const builds = BuildStore.create({ knex });
      const owners: Record<string, string[]> = {
        'component:default/a': [GROUPS[0]],
        'component:default/b': [GROUPS[1], PEOPLE[0]],
        'component:default/c': [],
      };
      let turn = 0;
      for (const entityRef of Object.keys(owners)) {
        for (const createdBy of PEOPLE) {
          turn += 1;
          await builds.create(
            someBuild({
              createdBy,
              entityOwners: owners[entityRef],
              config: {
                entityRef,
                tenant: GROUPS[turn % GROUPS.length],
                method: METHODS[turn % METHODS.length],
              },
            }),
          );
        }
      }
      const { items } = await builds.list({ limit: 100 });
      const resources = await Promise.all(
        items.map(async ({ id }) => (await builds.resource(id))!),
      );

      let some = 0;
      await fc.assert(
        fc.asyncProperty(criteria, async conditions => {
          const decision = createImageBuildConditionalDecision(
            imageBuildReadPermission,
            conditions,
          );
          const expected = resources
            .filter(resource => isGranted(decision, resource))
            .map(({ build }) => build.id);
          if (expected.length > 0 && expected.length < items.length) some += 1;
          const granted = toFilter(decision.conditions);

          const seen: string[] = [];
          let cursor: string | undefined;
          do {
            const page = await builds.list({ granted, limit: 4, cursor });
            expect(page.totalItems).toBe(expected.length);
            seen.push(...page.items.map(build => build.id));
            cursor = page.nextCursor;
          } while (cursor);
          expect(seen).toEqual(expected);
        }),
        { numRuns: 150 },
      );
      // Conditions that grant all or nothing would show little.
      expect(some).toBeGreaterThan(10);
    },
  );

  it.each(databases.eachSupportedId())(
    'narrows what is filtered otherwise, and never widens it, on %p',
    async databaseId => {
      const knex = await migrated(databases, databaseId);
      const builds = BuildStore.create({ knex });
      await builds.create(someBuild({ createdBy: PEOPLE[0] }));
      const other = await builds.create(
        someBuild({ createdBy: PEOPLE[2], config: { method: 'nix' } }),
      );
      const granted = toFilter({
        anyOf: [
          imageBuildConditions.isRequester({ userRef: PEOPLE[0] }),
          imageBuildConditions.isRequester({ userRef: PEOPLE[2] }),
        ],
      });
      expect(await builds.list({ granted, method: 'nix' })).toMatchObject({
        items: [{ id: other.id }],
        totalItems: 1,
      });
    },
  );
});
