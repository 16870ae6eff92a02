import {
  expectEveryLineOnce,
  expectInOrder,
  expectNoMounts,
} from '../support/expectInOrder';
import { MOMENTS } from '../support/moments';
import { expect, test } from '../support/test';

/** The whole list, and PostgreSQL with two replicas, is for `npm run test:crash`. */
const SHORT = ['while its image is built', 'in the middle of its completion'];

test('a portal that is killed with kill -9 while it builds, and again while it completes, ends every build right', async ({
  place,
}) => {
  await place.start();
  for (const { title, reach } of MOMENTS) {
    if (!SHORT.includes(title)) continue;
    place.slow.hold();
    const { build, release } = await reach(place);
    await place.kill();
    await release();
    await place.start();
    expect(await place.ended(build.id)).toMatchObject({
      status: 'completed',
      attempt: 2,
    });
    await expectEveryLineOnce(place, build.id);
    await expectInOrder(place);
  }
  await place.stop();
  expectNoMounts(place);
});
