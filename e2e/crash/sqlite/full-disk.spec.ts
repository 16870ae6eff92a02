import { mkdirSync } from 'node:fs';
import { blobs, workspaces } from '../support/leftovers';
import { Place } from '../support/Place';
import { SmallDisk, whyNoSmallDisks } from '../support/SmallDisk';
import { expect, test } from '../support/test';

type Execution = {
  status: string;
  failure?: { class: string; message: string; hint: string };
};

test('a build for which the disk has no room says so, is tried again by itself, and completes once there is some', async () => {
  test.skip(whyNoSmallDisks() !== undefined, whyNoSmallDisks());
  const place = await Place.create({ kind: 'sqlite' });
  mkdirSync(place.dataDirectory);
  const disk = SmallDisk.create({ megabytes: 64, path: place.dataDirectory });
  try {
    await place.start();
    disk.fill();
    const build = await place.submit('numbers');
    const executions = async () => {
      const { items } = await place.portal.api<{ items: Execution[] }>(
        `/v1/builds/${build.id}/executions`,
      );
      return items;
    };
    await expect.poll(executions).toMatchObject([
      {
        status: 'failed',
        failure: {
          class: 'infrastructure',
          message: 'The disk that holds the workspaces of builds is full.',
          hint: expect.stringContaining('Free space'),
        },
      },
    ]);
    expect(workspaces(place.dataDirectory)).toEqual([]);
    expect(blobs(place.dataDirectory)).toEqual([]);

    disk.free();
    expect(await place.ended(build.id)).toMatchObject({
      status: 'completed',
      attempt: 2,
    });
    expect(workspaces(place.dataDirectory)).toEqual([]);
    expect(blobs(place.dataDirectory)).toHaveLength(1);
  } finally {
    await place.stopAll();
    disk.remove();
    await place.remove();
  }
});
