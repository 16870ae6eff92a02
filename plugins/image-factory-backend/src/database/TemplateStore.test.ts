import {
  createTestDatabases,
  migrated,
  someBuild,
} from '../__testUtils__/databases';
import { BuildStore } from './BuildStore';
import { BundledTemplate, TemplateStore } from './TemplateStore';

jest.setTimeout(60_000);

function bundled(overrides: Partial<BundledTemplate> = {}): BundledTemplate {
  const version = overrides.version ?? '1.0.0';
  return {
    name: 'podman-build-pipeline',
    method: 'docker',
    version,
    digest: `sha256:${version}`,
    yaml: `text of ${version}`,
    parameters: [],
    ...overrides,
  };
}

describe('TemplateStore', () => {
  const databases = createTestDatabases();

  describe.each(databases.eachSupportedId())('on %p', databaseId => {
    async function setup() {
      const knex = await migrated(databases, databaseId);
      return { knex, store: TemplateStore.create({ knex }) };
    }

    it('has the latest version that a method brings along as its default', async () => {
      const { store } = await setup();
      const versions = ['1.9.0', '1.10.0', '1.11.0-rc.1'];
      await store.seed(versions.map(version => bundled({ version })));
      expect(await store.defaultOf('docker')).toMatchObject({
        version: '1.10.0',
        yaml: 'text of 1.10.0',
        isDefault: true,
      });
      expect(await store.defaultOf('kaniko')).toBeUndefined();
    });

    it('keeps what is stored of a version whose text has changed, and says so', async () => {
      const { store } = await setup();
      await store.seed([bundled()]);
      const changed = bundled({ digest: 'sha256:other', yaml: 'other' });
      expect(await store.seed([changed])).toEqual({
        added: [],
        changed: [changed],
      });
      expect((await store.defaultOf('docker'))?.yaml).toBe('text of 1.0.0');
    });

    it('has one default and each version once where several replicas start together', async () => {
      const { knex, store } = await setup();
      const templates = [bundled(), bundled({ version: '1.1.0' })];
      const results = await Promise.all(
        [1, 2, 3].map(() => store.seed(templates)),
      );
      expect(results.flatMap(({ added }) => added)).toHaveLength(2);
      expect(await knex('pipeline_templates')).toHaveLength(2);
      expect((await store.defaultOf('docker'))?.version).toBe('1.1.0');
    });

    it('leaves the default that an admin has chosen', async () => {
      const { knex, store } = await setup();
      await store.seed([bundled()]);
      await knex('pipeline_templates').update({
        created_by: 'user:default/admin',
      });
      await store.seed([bundled({ version: '2.0.0' })]);
      expect((await store.defaultOf('docker'))?.version).toBe('1.0.0');
    });

    it('is what a build is pinned to, whatever the default becomes', async () => {
      const { knex, store } = await setup();
      await store.seed([bundled()]);
      const first = await store.defaultOf('docker');
      const { id, name, version, digest } = first!;
      const builds = BuildStore.create({ knex });
      const build = someBuild();
      const { id: buildId } = await builds.create({
        ...build,
        config: { ...build.config, template: { id, name, version, digest } },
      });
      await store.seed([bundled({ version: '1.1.0' })]);
      expect((await builds.inputs(buildId))?.config.template).toEqual({
        id,
        name,
        version,
        digest,
      });
      expect(await store.get(id)).toMatchObject({ yaml: 'text of 1.0.0' });
    });
  });
});
