import {
  expectEveryLineOnce,
  expectInOrder,
  expectNoMounts,
} from '../support/expectInOrder';
import { MOMENTS } from '../support/moments';
import { phaseOf } from '../support/phaseOf';
import { expect, test } from '../support/test';

for (const { title, left, phases, prints, lacks, reach } of MOMENTS) {
  test(`a build whose portal is killed ${title} ends right`, async ({
    place,
  }) => {
    const lacking = lacks?.(place);
    test.skip(lacking !== undefined, lacking);
    await place.ensurePortal();
    place.slow.hold();
    const { build, release } = await reach(place);
    await place.kill();
    await release();
    const attempts = await place.rows.executions(build.id);
    expect(attempts).toHaveLength(left === 'nothing' ? 0 : 1);
    expect(phases, 'the kill has hit the moment').toContain(
      await phaseOf(place, await place.rows.build(build.id)),
    );

    await place.start();
    expect(await place.ended(build.id)).toMatchObject({
      status: 'completed',
      attempt: attempts.length + 1,
    });
    await expectInOrder(place);
    if (prints) {
      await expectEveryLineOnce(place, build.id);
    }
  });
}

test('a portal that has been killed so often leaves no mount behind when it stops', async ({
  place,
}) => {
  await place.ensurePortal();
  await place.stop();
  expectNoMounts(place);
  await expectInOrder(place);
});
