import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { mostAtOnce } from '../support/concurrency';
import { expectEveryLineOnce, expectInOrder } from '../support/expectInOrder';
import { ownerOf, workspaces } from '../support/leftovers';
import { Place } from '../support/Place';
import { expect, test } from '../support/test';
import { until } from '../support/until';
import { watchBuilders } from '../support/watchBuilders';

const LIMIT = 3;
/** A lease of 30 s, and 15 s to notice and to tidy up. */
const TAKEN_OVER_WITHIN_MS = 45_000;
const LIMITS = {
  imageFactory_limits_defaultTenant_maxRunning: LIMIT,
  imageFactory_executors_local_maxRunning: 2,
};

test('two replicas build side by side, and one takes over within the lease what the other had when it was killed', async ({
  place,
}) => {
  place.slow.hold();
  await place.stopAll();
  const one = await place.start({ config: LIMITS });
  const two = await place.start({ config: LIMITS });

  const watch = watchLimits(place);
  const builders = watchBuilders(place.dataDirectory);
  const builds = [];
  for (let count = 0; count < 5; count += 1) {
    builds.push(await place.submit('slow-numbers'));
  }
  await place.slow.isWaitedFor(LIMIT);
  const before = await runningByOwner(place);
  expect(before.size, 'both replicas have builds').toBe(2);

  const left = workspaces(place.dataDirectory).filter(
    workspace => ownerOf(workspace) === one.backendPid,
  );
  expect(left).not.toEqual([]);
  const killedAt = performance.now();
  await place.kill(one);
  const lost = new Set(
    (await place.rows.executions())
      .filter(
        ({ status, owner }) =>
          status === 'running' && owner.includes(`:${one.backendPid}:`),
      )
      .map(({ id }) => id),
  );
  expect(lost.size).toBeGreaterThan(0);
  await until('the survivor has taken over', async () => {
    const executions = await place.rows.executions();
    return executions
      .filter(({ id }) => lost.has(id))
      .every(({ status }) => status === 'lost');
  });
  const took = performance.now() - killedAt;
  expect(took, 'within the lease and a look for it').toBeLessThanOrEqual(
    TAKEN_OVER_WITHIN_MS,
  );
  test.info().annotations.push({
    type: 'takeover',
    description: `${(took / 1000).toFixed(1)} s`,
  });
  expect(
    left.filter(workspace => existsSync(workspace)),
    'nothing runs on of what the killed one had begun',
  ).toEqual([]);

  place.slow.finish();
  for (const { id } of builds) {
    expect(await place.ended(id)).toMatchObject({ status: 'completed' });
    await expectEveryLineOnce(place, id);
  }
  expect(
    await watch.stop(),
    'the limit holds all the time',
  ).toBeLessThanOrEqual(LIMIT);
  const built = await builders.stop();
  // As many have waited for the file at one time.
  expect(built.most, 'the limit holds for what really runs').toBe(LIMIT);
  expect(built.doubled, 'no build runs twice at one time').toEqual([]);
  expect(built.runs, 'an attempt after each that was killed').toBe(
    builds.length + lost.size,
  );
  const ids = new Set(builds.map(({ id }) => id));
  const executions = (await place.rows.executions()).filter(each =>
    ids.has(each.build_id),
  );
  expect(mostAtOnce(executions)).toBeLessThanOrEqual(LIMIT);
  await expectInOrder(place);
  await place.stop(two);
});

test('a replica that stood still for longer than its lease finds its builds taken, and doubles nothing', async ({
  place,
}) => {
  place.slow.hold();
  await place.stopAll();
  const one = await place.start();
  const build = await place.submit('slow-numbers');
  await place.slow.isWaitedFor();
  const two = await place.start();

  process.kill(one.backendPid, 'SIGSTOP');
  await until('the other has taken over', async () => {
    const [first] = await place.rows.executions(build.id);
    return first.status === 'lost';
  });
  place.slow.finish();
  expect(await place.ended(build.id)).toMatchObject({
    status: 'completed',
    attempt: 2,
  });
  process.kill(one.backendPid, 'SIGCONT');
  await until('the first has noticed', () =>
    one.output.includes('is held by another process now'),
  );
  await expectEveryLineOnce(place, build.id);
  await until(
    'the first has tidied up',
    () => workspaces(place.dataDirectory).length === 0,
  );
  await expectInOrder(place);
  await place.stop(two);
  await place.stop(one);
});

/** Each replica's name with how many builds it runs. */
async function runningByOwner(place: Place): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { status, owner } of await place.rows.executions()) {
    if (status === 'running') counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  return counts;
}

/** Looks at the database all the time for how much runs at once. */
function watchLimits(place: Place) {
  let most = 0;
  let over = false;
  const watching = (async () => {
    while (!over) {
      const [{ count }] = await place.rows
        .knex('builds')
        .where({ status: 'running' })
        .count({ count: '*' });
      most = Math.max(most, Number(count));
      await delay(20);
    }
  })();
  return {
    async stop(): Promise<number> {
      over = true;
      await watching;
      return most;
    },
  };
}
