import {
  expectEveryLineOnce,
  expectInOrder,
  expectNoMounts,
} from '../support/expectInOrder';
import { workspaces } from '../support/leftovers';
import { expect, test } from '../support/test';
import { until } from '../support/until';

const FINISH_WITHIN = 'imageFactory_executors_local_finishWithin';

test.beforeEach(async ({ place }) => {
  await place.stopAll();
  place.slow.hold();
});

test('a portal that is told to stop hands its builds back, and the next one builds them', async ({
  place,
}) => {
  await place.start();
  const build = await place.submit('slow-numbers');
  await place.slow.isWaitedFor();
  await place.stop();
  await place.slow.isGivenUp();
  expect(await place.rows.build(build.id)).toMatchObject({
    status: 'queued',
    attempt: 1,
    max_attempts: 11,
  });
  expect(workspaces(place.dataDirectory)).toEqual([]);
  expectNoMounts(place);

  place.slow.release();
  await place.start();
  expect(await place.ended(build.id)).toMatchObject({
    status: 'completed',
    attempt: 2,
  });
  await expectEveryLineOnce(place, build.id);
  await expectInOrder(place);
});

test('a portal with time to finish answers, takes nothing new and completes what runs before it goes', async ({
  place,
}) => {
  const portal = await place.start({
    config: { [FINISH_WITHIN]: { minutes: 2 } },
  });
  const build = await place.submit('slow-numbers');
  await place.slow.isWaitedFor();
  const stopped = place.stop(portal);
  await until('it has begun to stop', () =>
    portal.output.includes('may go on for 120 s'),
  );
  const late = await portal.api<{ id: string }>('/v1/builds', {
    entityRef: 'component:default/numbers',
  });
  expect(await portal.api(`/v1/builds/${build.id}`)).toMatchObject({
    status: 'running',
  });
  place.slow.finish();
  await stopped;
  expect(await place.rows.build(build.id)).toMatchObject({
    status: 'completed',
    attempt: 1,
  });
  expect(await place.rows.build(late.id)).toMatchObject({
    status: 'queued',
    attempt: 0,
  });
  expectNoMounts(place);

  await place.start();
  expect(await place.ended(late.id)).toMatchObject({ status: 'completed' });
  await expectEveryLineOnce(place, build.id);
  await expectInOrder(place);
});

test('a build can be cancelled while its portal lets it finish', async ({
  place,
}) => {
  const portal = await place.start({
    config: { [FINISH_WITHIN]: { minutes: 2 } },
  });
  const build = await place.submit('slow-numbers');
  await place.slow.isWaitedFor();
  const stopped = place.stop(portal);
  await until('it has begun to stop', () =>
    portal.output.includes('may go on for 120 s'),
  );
  await portal.api(`/v1/builds/${build.id}/cancel`, {});
  await place.slow.isGivenUp();
  await stopped;
  expect(await place.rows.build(build.id)).toMatchObject({
    status: 'cancelled',
    attempt: 1,
  });
});

test('what does not finish in time goes back to the queue', async ({
  place,
}) => {
  const portal = await place.start({
    config: { [FINISH_WITHIN]: { seconds: 2 } },
  });
  const build = await place.submit('slow-numbers');
  await place.slow.isWaitedFor();
  await place.stop(portal);
  await place.slow.isGivenUp();
  expect(await place.rows.build(build.id)).toMatchObject({
    status: 'queued',
    attempt: 1,
    max_attempts: 11,
  });
  place.slow.release();
  await place.start();
  expect(await place.ended(build.id)).toMatchObject({ status: 'completed' });
  await expectInOrder(place);
});
