import { InputError } from '@backstage/errors';
import {
  createTestDatabases,
  migrated,
  someBuild,
} from '../__testUtils__/databases';
import { BuildStore } from './BuildStore';
import { toColumn } from './engine';

jest.setTimeout(60_000);

describe('BuildStore', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    async function setup() {
      const knex = await migrated(databases, databaseId);
      return { knex, builds: BuildStore.create({ knex }) };
    }

    it('gives back what was stored, with the number in the image reference', async () => {
      const { builds } = await setup();
      const build = await builds.create(
        someBuild({
          config: {
            image: {
              reference: 'a/b:v{number}',
              tags: ['latest'],
              delivery: 'export',
            },
          },
        }),
      );
      expect(build).toMatchObject({
        number: 1,
        entityRef: 'component:default/hello-site',
        imageName: 'default',
        image: 'a/b:v1',
        tags: ['latest'],
        tenant: 'group:default/guests',
        method: 'docker',
        status: 'queued',
        attempt: 0,
        maxAttempts: 3,
        parameters: { 'dockerfile-path': 'Dockerfile' },
        source: { type: 'directory', location: 'examples/hello-site' },
        createdBy: 'user:default/guest',
        timeoutSeconds: 600,
      });
      expect(build.createdAt).toMatch(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
      );
      expect(build.queuedAt).toBe(build.createdAt);
      expect(await builds.get(build.id)).toEqual(build);
    });

    it('numbers the builds of each entity without a gap or a double, also when many come at once', async () => {
      const { builds } = await setup();
      const submit = (name: string) =>
        builds.create(
          someBuild({ config: { entityRef: `component:default/${name}` } }),
        );
      const numbers = async (name: string) =>
        (
          await builds.list({
            entityRef: `component:default/${name}`,
            sort: 'number',
            limit: 100,
          })
        ).items.map(build => build.number);
      await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          submit(index % 2 ? 'a' : 'b'),
        ),
      );
      const all = Array.from({ length: 100 }, (_, index) => index + 1);
      expect(await numbers('a')).toEqual(all);
      expect(await numbers('b')).toEqual(all);
    });

    it('holds a build as pending, outside the queue', async () => {
      const { builds } = await setup();
      const build = await builds.create(someBuild({ status: 'pending' }));
      expect(build.status).toBe('pending');
      expect(build.queuedAt).toBeUndefined();
    });

    it('pages through every build once, while new ones arrive', async () => {
      const { builds } = await setup();
      for (let index = 0; index < 7; index++) {
        await builds.create(someBuild());
      }
      const seen: number[] = [];
      let cursor: string | undefined;
      do {
        const page = await builds.list({ limit: 3, cursor });
        seen.push(...page.items.map(build => build.number));
        cursor = page.nextCursor;
        await builds.create(someBuild());
      } while (cursor);
      expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1]);
    });

    it('filters by every field, and counts what matches', async () => {
      const { builds } = await setup();
      await builds.create(someBuild());
      await builds.create(someBuild({ createdBy: 'user:default/ada' }));
      await builds.create(
        someBuild({ config: { method: 'nix' }, status: 'pending' }),
      );
      const count = async (query: Parameters<BuildStore['list']>[0]) =>
        (await builds.list(query)).totalItems;
      expect(await count({})).toBe(3);
      expect(await count({ createdBy: 'user:default/ada' })).toBe(1);
      expect(await count({ method: 'nix' })).toBe(1);
      expect(await count({ status: ['pending', 'failed'] })).toBe(1);
      expect(await count({ status: ['queued'], method: 'docker' })).toBe(2);
      expect(await count({ entityRef: 'component:default/other' })).toBe(0);
      expect(await count({ imageName: 'default' })).toBe(3);
    });

    it.each([
      'nonsense',
      Buffer.from('{"sort":"number"}').toString('base64url'),
    ])('refuses the cursor %p in words', async cursor => {
      const { builds } = await setup();
      await expect(builds.list({ cursor })).rejects.toThrow(InputError);
      await expect(builds.list({ cursor })).rejects.toThrow(
        /Start again without a cursor/,
      );
    });

    it('makes one build of a request that is sent again under its key, also at the same moment', async () => {
      const { builds } = await setup();
      const idempotency = {
        principal: 'user:default/guest',
        key: 'k',
        bodyHash: 'a',
      };
      const sent = await Promise.all(
        [1, 2, 3].map(() => builds.create(someBuild({ idempotency }))),
      );
      expect(new Set(sent.map(build => build.id)).size).toBe(1);
      expect(await builds.byKey(idempotency)).toEqual(sent[0]);
      expect((await builds.list({})).totalItems).toBe(1);
    });

    it('refuses a key that was used for another request, and keeps the keys of others apart', async () => {
      const { builds } = await setup();
      const idempotency = {
        principal: 'user:default/guest',
        key: 'k',
        bodyHash: 'a',
      };
      await builds.create(someBuild({ idempotency }));
      await expect(
        builds.create(
          someBuild({ idempotency: { ...idempotency, bodyHash: 'b' } }),
        ),
      ).rejects.toThrow(/was used for another request/);
      await builds.create(
        someBuild({
          idempotency: { ...idempotency, principal: 'user:default/ada' },
        }),
      );
      expect((await builds.list({})).totalItems).toBe(2);
    });

    it('forgets a key when its time is over', async () => {
      const { builds, knex } = await setup();
      const idempotency = {
        principal: 'user:default/guest',
        key: 'k',
        bodyHash: 'a',
      };
      await builds.create(someBuild({ idempotency }));
      await knex('idempotency_keys').update({
        expires_at: toColumn(Date.now() - 1000),
      });
      expect(await builds.byKey(idempotency)).toBeUndefined();
    });

    it('keeps the inputs of a build with the placeholder of its number, to build it again', async () => {
      const { builds } = await setup();
      const { id } = await builds.create(someBuild());
      const again = await builds.create(
        someBuild({ ...(await builds.inputs(id))!, rebuildOf: id }),
      );
      expect(again).toMatchObject({
        number: 2,
        image: 'hello-site:2',
        rebuildOf: id,
      });
    });

    it('knows nothing of a build that there never was', async () => {
      const { builds } = await setup();
      const id = '00000000-0000-4000-8000-000000000000';
      expect(await builds.get(id)).toBeUndefined();
    });
  });
});
