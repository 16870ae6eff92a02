import { PortalError } from '../../portal/Portal';
import { blockTable } from '../support/blockedTransaction';
import { expectEveryLineOnce, expectInOrder } from '../support/expectInOrder';
import { Place } from '../support/Place';
import { SmallDisk, whyNoSmallDisks } from '../support/SmallDisk';
import { expect, test } from '../support/test';
import { until } from '../support/until';

const AWAY =
  'The database of the portal does not answer right now. Try again in a moment; builds that run go on.';
const FULL =
  'The database of the portal has no space left, so nothing can be stored. Ask a portal admin to free space, then try again.';

for (const [mode, signal] of [
  ['fast', 'SIGINT'],
  ['immediate', 'SIGQUIT'],
] as const) {
  test(`a database that is restarted (${mode}) in the middle of a build costs it nothing`, async ({
    place,
  }) => {
    await place.ensurePortal();
    place.slow.hold();
    const build = await place.submit('slow-numbers');
    await place.slow.isWaitedFor();

    await place.postgres!.end(signal);
    const refused = await place.portal
      .api(`/v1/builds/${build.id}`)
      .catch((error: PortalError) => error);
    expect(refused).toMatchObject({
      status: 503,
      message: expect.stringContaining(AWAY),
    });
    expect((refused as Error).message).not.toContain('ECONNREFUSED');
    const submitted = await place.portal
      .api('/v1/builds', { entityRef: 'component:default/numbers' })
      .catch((error: PortalError) => error);
    expect(submitted).toMatchObject({
      status: 503,
      message: expect.stringContaining('Try again in a moment'),
    });
    place.slow.finish();
    await until('the recorder has met it', () =>
      place.portal.output.includes('try 2 of'),
    );
    await place.postgres!.begin();

    expect(await place.ended(build.id)).toMatchObject({
      status: 'completed',
      attempt: 1,
    });
    await expectEveryLineOnce(place, build.id);
    const next = await place.submit('numbers');
    expect(await place.ended(next.id)).toMatchObject({ status: 'completed' });
    await expectInOrder(place);
  });
}

test('a database that ends every connection in the middle of a claim lets the build be claimed once', async ({
  place,
}) => {
  await place.ensurePortal();
  const block = await blockTable(place.rows.knex, 'build_executions');
  const build = await place.submit('numbers');
  await block.reached();
  await place.rows.knex.raw(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname IS NOT NULL AND application_name <> 'crash suite'`,
  );
  await block.release();
  expect(await place.ended(build.id)).toMatchObject({
    status: 'completed',
    attempt: 1,
  });
  expect(place.portal.output).toContain('Trouble while claiming builds');
  await expectEveryLineOnce(place, build.id);
  await expectInOrder(place);
});

test('a PostgreSQL without space says so, and all goes on once there is some', async () => {
  test.skip(whyNoSmallDisks() !== undefined, whyNoSmallDisks());
  const disk = SmallDisk.create({ megabytes: 320 });
  const place = await Place.create({
    kind: 'postgres',
    databaseFolder: disk.path,
  });
  try {
    const portal = await place.start();
    const build = await place.submit('slow-numbers');
    await place.slow.isWaitedFor();

    disk.fill();
    // A few still fit into what the database has reserved.
    let refused: PortalError | undefined;
    await until('a build is refused', async () => {
      refused = await portal
        .api('/v1/builds', {
          entityRef: 'component:default/numbers',
          parameters: { labels: { filler: 'x'.repeat(1000) } },
          start: false,
        })
        .then(() => undefined)
        .catch((error: PortalError) => error);
      return refused !== undefined;
    });
    expect(refused).toMatchObject({ status: 503 });
    // Where it cannot write its own journal any more, it goes down as a whole.
    expect(
      [FULL, AWAY].some(sentence => refused!.message.includes(sentence)),
    ).toBe(true);

    disk.free();
    await place.postgres!.end('SIGINT');
    await place.postgres!.begin();
    place.slow.finish();
    expect(await place.ended(build.id)).toMatchObject({
      status: 'completed',
      attempt: 1,
    });
    await expectEveryLineOnce(place, build.id);
  } finally {
    await place.remove();
    disk.remove();
  }
});
