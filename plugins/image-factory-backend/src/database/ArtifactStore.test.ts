import {
  claimedBuild,
  createTestDatabases,
  migrated,
} from '../__testUtils__/databases';
import { ArtifactStore } from './ArtifactStore';
import { RecordStore } from './RecordStore';

jest.setTimeout(60_000);

describe('ArtifactStore', () => {
  const databases = createTestDatabases();

  it.each(databases.eachSupportedId())(
    'has on %p what was kept of an artifact, also where it comes once more and could not be kept then',
    async databaseId => {
      const knex = await migrated(databases, databaseId);
      const { build, fence } = await claimedBuild(knex);
      const records = RecordStore.create({
        knex,
        compress: async bytes => bytes,
      });
      const sbom = { type: 'sbom' as const, name: 'app.spdx.json' };
      for (const [blobKey, digest] of [
        ['sbom/app', 'sha256:1'],
        [undefined, 'sha256:2'],
      ]) {
        await records.write(fence, {
          steps: [],
          logs: [],
          artifacts: [{ ...sbom, blobKey, digest }],
        });
      }
      const [artifact] = await ArtifactStore.create({ knex }).list(build.id);
      expect(artifact).toMatchObject({
        digest: 'sha256:2',
        downloadable: true,
      });
      expect(await knex('artifacts').pluck('blob_key')).toEqual(['sbom/app']);
    },
  );
});
