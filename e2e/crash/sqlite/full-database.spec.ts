import { PortalError } from '../../portal/Portal';
import { expectEveryLineOnce, expectInOrder } from '../support/expectInOrder';
import { Place } from '../support/Place';
import { SmallDisk, whyNoSmallDisks } from '../support/SmallDisk';
import { expect, test } from '../support/test';
import { until } from '../support/until';

test('a SQLite database without space says so, and all goes on once there is some', async () => {
  test.skip(whyNoSmallDisks() !== undefined, whyNoSmallDisks());
  const disk = SmallDisk.create({ megabytes: 64 });
  const place = await Place.create({
    kind: 'sqlite',
    databaseFolder: disk.path,
  });
  try {
    const portal = await place.start();
    const build = await place.submit('slow-numbers');
    await place.slow.isWaitedFor();

    disk.fill();
    const refused = await portal
      .api('/v1/builds', { entityRef: 'component:default/numbers' })
      .catch((error: PortalError) => error);
    expect(refused).toMatchObject({
      status: 503,
      message: expect.stringContaining(
        'The database of the portal has no space left, so nothing can be stored. Ask a portal admin to free space, then try again.',
      ),
    });
    place.slow.finish();
    await until('the recorder and the queue have met the full disk', () =>
      ['try 2 of', 'Trouble while claiming builds'].every(words =>
        portal.output.includes(words),
      ),
    );
    expect(portal.output).toContain(
      'since the database has no space left; free space on its disk',
    );

    disk.free();
    expect(await place.ended(build.id)).toMatchObject({
      status: 'completed',
      attempt: 1,
    });
    await expectEveryLineOnce(place, build.id);
    const next = await place.submit('numbers');
    expect(await place.ended(next.id)).toMatchObject({ status: 'completed' });
    await expectInOrder(place);
  } finally {
    await place.remove();
    disk.remove();
  }
});
