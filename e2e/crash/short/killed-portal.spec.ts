import {
  expectEveryLineOnce,
  expectInOrder,
  expectNoMounts,
} from '../support/expectInOrder';
import { momentTitled } from '../support/moments';
import { phaseOf } from '../support/phaseOf';
import { expect, test } from '../support/test';

/** The whole list, and PostgreSQL with two replicas, is for `npm run test:crash`. */
const SHORT = ['while its image is built', 'in the middle of its completion'];

test('a portal that is killed with kill -9 while it builds, and again while it completes, ends every build right', async ({
  place,
}) => {
  await place.start();
  for (const { phases, reach } of SHORT.map(momentTitled)) {
    place.slow.hold();
    const { build, release } = await reach(place);
    await place.kill();
    await release();
    expect(phases).toContain(
      await phaseOf(place, await place.rows.build(build.id)),
    );
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
