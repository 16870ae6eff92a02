import { mockServices } from '@backstage/backend-test-utils';
import { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import {
  createTestDatabases,
  migrated,
  someBuild,
} from '../__testUtils__/databases';
import { BuildStore, EntityOwnerStore } from '../database';
import { OwnerSweep } from './OwnerSweep';

jest.setTimeout(60_000);

const PAYMENTS = 'group:default/payments';
const SHOP = 'group:default/shop';

function component(name: string, owner: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: { name },
    relations: [
      { type: 'ownedBy', targetRef: owner },
      { type: 'partOf', targetRef: 'system:default/shop' },
    ],
  };
}

describe('OwnerSweep', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    /** Builds of these components, which belonged to the shop when they were submitted. */
    async function setup(names: string[]) {
      const knex = await migrated(databases, databaseId);
      const builds = BuildStore.create({ knex });
      for (const name of names) {
        await builds.create(
          someBuild({
            entityOwners: [SHOP],
            config: { entityRef: `component:default/${name}` },
          }),
        );
      }
      return {
        knex,
        ownersOf: async (name: string) => {
          const { items } = await builds.list({
            entityRef: `component:default/${name}`,
          });
          return (await builds.resource(items[0].id))?.entityOwners;
        },
        sweep(catalog: Parameters<typeof OwnerSweep.create>[0]['catalog']) {
          return OwnerSweep.create({
            catalog,
            auth: mockServices.auth({ pluginId: 'image-factory' }),
            owners: EntityOwnerStore.create({ knex }),
            logger: mockServices.logger.mock(),
          }).run(new AbortController().signal);
        },
      };
    }

    it('gives builds to whoever owns their entity by now', async () => {
      const { sweep, ownersOf } = await setup(['site', 'api']);
      await sweep(
        catalogServiceMock({
          entities: [component('site', PAYMENTS), component('api', SHOP)],
        }),
      );
      expect(await ownersOf('site')).toEqual([PAYMENTS]);
      expect(await ownersOf('api')).toEqual([SHOP]);
    });

    it('gives builds from before there were owners to those who have them', async () => {
      const { sweep, ownersOf, knex } = await setup(['site']);
      await knex('entity_owners').delete();
      await sweep(
        catalogServiceMock({ entities: [component('site', PAYMENTS)] }),
      );
      expect(await ownersOf('site')).toEqual([PAYMENTS]);
    });

    it('leaves the builds of an entity that is gone, or has another name by now, to whoever had them', async () => {
      const { sweep, ownersOf } = await setup(['old-name', 'site']);
      await sweep(
        catalogServiceMock({
          entities: [
            component('new-name', PAYMENTS),
            component('site', PAYMENTS),
          ],
        }),
      );
      expect(await ownersOf('old-name')).toEqual([SHOP]);
      expect(await ownersOf('site')).toEqual([PAYMENTS]);
    });

    it('leaves all as it was where the catalog does not answer', async () => {
      const { sweep, ownersOf } = await setup(['site']);
      await sweep(
        catalogServiceMock.mock({
          getEntitiesByRefs: async () => {
            throw new Error('The catalog is away');
          },
        }),
      );
      expect(await ownersOf('site')).toEqual([SHOP]);
    });

    it('asks for a hundred entities at a time, and for each once', async () => {
      const names = Array.from({ length: 205 }, (_, index) => `site-${index}`);
      const { sweep } = await setup(names);
      const asked: string[][] = [];
      await sweep(
        catalogServiceMock.mock({
          getEntitiesByRefs: async ({ entityRefs }) => {
            asked.push(entityRefs);
            return { items: entityRefs.map(() => undefined) };
          },
        }),
      );
      expect(asked.map(({ length }) => length)).toEqual([100, 100, 5]);
      expect(new Set(asked.flat()).size).toBe(205);
    });
  });
});
