import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../machine/run';
import { timed } from '../machine/say';
import { runOwnProgram } from '../programs/buildPrograms';
import { moduleFolder, TRIVY } from '../programs/programSets';
import { CachedImage, cacheImage, partsOfFolder } from './imageCache';

const PROGRAM = 'testdatabase';
const ARCHIVE = 'db.tar.gz';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json';
const DATABASE_TYPE = 'application/vnd.aquasec.trivy.db.layer.v1.tar+gzip';

/** The vulnerability database of the tests, packed as Trivy downloads its own. */
export async function testDatabase(trivyVersion: string): Promise<CachedImage> {
  return cacheImage(
    'cluster/trivy-db',
    [
      trivyVersion,
      await readFile(__filename),
      ...(await partsOfFolder(join(moduleFolder(TRIVY), PROGRAM))),
    ],
    layout =>
      timed("Made Trivy's database of the tests", async () => {
        const folder = `${layout}.database`;
        await runOwnProgram(TRIVY, PROGRAM, [folder]);
        const archive = join(folder, ARCHIVE);
        await run('tar', [
          ...['--create', '--gzip', '--owner=0', '--group=0'],
          ...['--file', archive, '--directory', folder],
          ...['trivy.db', 'metadata.json'],
        ]);
        await writeLayout(layout, archive);
      }),
  );
}

async function writeLayout(layout: string, archive: string): Promise<void> {
  const blobs = join(layout, 'blobs/sha256');
  await mkdir(blobs, { recursive: true });
  const put = async (mediaType: string, content: Buffer) => {
    const hex = createHash('sha256').update(content).digest('hex');
    await writeFile(join(blobs, hex), content);
    return { mediaType, digest: `sha256:${hex}`, size: content.length };
  };
  const json = (value: object) => Buffer.from(JSON.stringify(value));
  const manifest = await put(
    MANIFEST_TYPE,
    json({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      artifactType: 'application/vnd.aquasec.trivy.config.v1+json',
      config: await put(EMPTY_TYPE, json({})),
      layers: [
        {
          ...(await put(DATABASE_TYPE, await readFile(archive))),
          annotations: { 'org.opencontainers.image.title': ARCHIVE },
        },
      ],
    }),
  );
  const named = { 'org.opencontainers.image.ref.name': 'image' };
  await writeFile(
    join(layout, 'index.json'),
    json({
      schemaVersion: 2,
      manifests: [{ ...manifest, annotations: named }],
    }),
  );
  await writeFile(
    join(layout, 'oci-layout'),
    json({ imageLayoutVersion: '1.0.0' }),
  );
}
