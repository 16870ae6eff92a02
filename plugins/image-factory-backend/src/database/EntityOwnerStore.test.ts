import {
  createTestDatabases,
  migrated,
  someBuild,
} from '../__testUtils__/databases';
import { BuildStore } from './BuildStore';
import { EntityOwnerStore } from './EntityOwnerStore';
import { readEntityOwners } from './entityOwners';

jest.setTimeout(60_000);

const ADA = 'user:default/ada';
const PAYMENTS = 'group:default/payments';
const SHOP = 'group:default/shop';
const SITE = 'component:default/hello-site';

describe('EntityOwnerStore', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    async function setup() {
      const knex = await migrated(databases, databaseId);
      return {
        knex,
        builds: BuildStore.create({ knex }),
        owners: EntityOwnerStore.create({ knex }),
      };
    }

    function buildOf(name: string, entityOwners: string[] = []) {
      const entityRef = `component:default/${name}`;
      return someBuild({ entityOwners, config: { entityRef } });
    }

    it('has the owners of an entity as they were at its latest build', async () => {
      const { knex, builds } = await setup();
      await builds.create(buildOf('hello-site', [PAYMENTS, ADA, ADA]));
      expect(await readEntityOwners(knex, SITE)).toEqual([PAYMENTS, ADA]);
      const { id } = await builds.create(buildOf('hello-site', [SHOP, ADA]));
      expect(await readEntityOwners(knex, SITE)).toEqual([SHOP, ADA]);
      expect((await builds.resource(id))?.entityOwners).toEqual([SHOP, ADA]);
      await builds.create(buildOf('hello-site'));
      expect(await readEntityOwners(knex, SITE)).toEqual([]);
    });

    it('takes what many say of one entity at once', async () => {
      const { knex, builds, owners } = await setup();
      const all = [ADA, PAYMENTS, SHOP];
      await Promise.all([
        ...all.map(() => builds.create(buildOf('hello-site', all))),
        ...all.map(() =>
          owners.write([{ entityRef: SITE, owners: [...all].reverse() }]),
        ),
      ]);
      expect(await readEntityOwners(knex, SITE)).toEqual([...all].sort());
    });

    it('tells of each entity that has builds once, page by page', async () => {
      const { builds, owners } = await setup();
      for (const name of ['c', 'a', 'b', 'a', 'B-2', 'a']) {
        await builds.create(buildOf(name));
      }
      const seen: string[] = [];
      for (let after = ''; ; after = seen[seen.length - 1]) {
        const page = await owners.entities(after, 2);
        seen.push(...page);
        if (page.length < 2) break;
      }
      expect(seen.sort()).toEqual(
        ['B-2', 'a', 'b', 'c'].map(name => `component:default/${name}`),
      );
    });

    it('changes those entities that it is told of, and no other', async () => {
      const { knex, builds, owners } = await setup();
      await builds.create(buildOf('hello-site', [SHOP]));
      await builds.create(buildOf('gone', [SHOP]));
      await owners.write([{ entityRef: SITE, owners: [PAYMENTS] }]);
      expect(await readEntityOwners(knex, SITE)).toEqual([PAYMENTS]);
      expect(await readEntityOwners(knex, 'component:default/gone')).toEqual([
        SHOP,
      ]);
    });
  });
});
