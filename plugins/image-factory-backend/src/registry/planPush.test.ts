import { mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LayoutBuilder } from './__testUtils__/layoutBuilder';
import { OciLayoutError } from './OciLayoutError';
import { planPush } from './planPush';

const { signal } = new AbortController();
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

describe('planPush', () => {
  let directory: string;
  let builder: LayoutBuilder;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'plan-'));
    builder = await LayoutBuilder.create(directory);
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  /** An index of an image and its attestation, whose statement is a blob. */
  async function addAttested() {
    const image = await builder.addImage();
    const config = await builder.addBlob('{}', 'application/json');
    const statement = await builder.addBlob('{"a":1}', 'application/json');
    const attestation = await builder.addBlob(
      JSON.stringify({ schemaVersion: 2, config, layers: [statement] }),
      MANIFEST,
    );
    const index = await builder.addIndex([image, attestation]);
    return { index, image, attestation, statement };
  }

  it('has what an index names beside images, and each before what names it', async () => {
    const { index, image, attestation, statement } = await addAttested();
    const plan = await planPush(directory, index, signal);
    expect(plan.blobs).toContainEqual(statement);
    expect(plan.manifests.map(({ digest }) => digest)).toEqual(
      [image, attestation, index].map(({ digest }) => digest),
    );
  });

  it.each(['statement', 'attestation'] as const)(
    'says which blob is missing where it is the %s, and tells no path',
    async part => {
      const made = await addAttested();
      await rm(builder.blobPath(made[part]));
      const planning = planPush(directory, made.index, signal);
      await expect(planning).rejects.toThrow(
        new OciLayoutError(`The blob ${made[part].digest} is missing`),
      );
      await expect(planning).rejects.toBeInstanceOf(OciLayoutError);
    },
  );

  it('refuses a blob of an attestation that is cut short', async () => {
    const { index, statement } = await addAttested();
    await truncate(builder.blobPath(statement), 3);
    await expect(planPush(directory, index, signal)).rejects.toThrow(
      `The blob ${statement.digest} has 3 bytes where the layout tells 7`,
    );
  });
});
