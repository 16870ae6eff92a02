import { setTimeout as delay } from 'node:timers/promises';
import { expectEveryLineOnce, expectInOrder } from '../support/expectInOrder';
import { time } from '../support/concurrency';
import { PHASES, type Phase, phaseOf } from '../support/phaseOf';
import { Build, Place } from '../support/Place';
import { seededRandom } from '../support/random';
import { expect, test } from '../support/test';

/** A round takes about 20 s: a start of the portal, and the pause before a lost build is tried again. */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 6);
const SEED = Number(process.env.CRASH_SEED ?? 20_261_124);
const BUILDS = 6;
const ROUND_TAKES_AT_MOST_MS = 120_000;

test(`builds survive ${ROUNDS} kills of their portal at random moments (seed ${SEED})`, async ({
  place,
}, testInfo) => {
  test.setTimeout((ROUNDS + 2) * ROUND_TAKES_AT_MOST_MS);
  const random = seededRandom(SEED);
  const hit = new Map<Phase, number>(PHASES.map(phase => [phase, 0]));
  await place.ensurePortal();
  // The first ones wait until the portal knows its tools.
  await runBuilds(place);
  const took = await runBuilds(place);

  for (let round = 1; round <= ROUNDS; round += 1) {
    const builds = await submit(place);
    await delay(random() * took);
    await place.kill();
    for (const { id } of builds) {
      const phase = await phaseOf(place, await place.rows.build(id));
      hit.set(phase, hit.get(phase)! + 1);
    }

    await place.start();
    for (const { id } of builds) {
      expect(await place.ended(id)).toMatchObject({ status: 'completed' });
      await expectEveryLineOnce(place, id);
    }
    await expectInOrder(place);
  }

  const report = [...hit].map(([phase, count]) => `${phase} ${count}`);
  const text = `${place.kind}: ${ROUNDS} kills hit ${
    ROUNDS * BUILDS
  } builds (seed ${SEED}): ${report.join(', ')}`;
  testInfo.annotations.push({ type: 'phases', description: text });
  process.stdout.write(`${text}\n`);
  const running = [...hit]
    .filter(([phase]) => phase !== 'queued' && phase !== 'over')
    .reduce((sum, [, count]) => sum + count, 0);
  expect(running, 'kills have hit builds that ran').toBeGreaterThan(0);
});

/** How many milliseconds the builds of a round take where nothing disturbs them. */
async function runBuilds(place: Place): Promise<number> {
  const since = Date.now();
  const ends: number[] = [];
  for (const { id } of await submit(place)) {
    await place.ended(id);
    const [{ finished_at: end }] = await place.rows.executions(id);
    ends.push(time(end!));
  }
  return Math.max(...ends) - since;
}

async function submit(place: Place): Promise<Build[]> {
  return Promise.all(
    Array.from({ length: BUILDS }, () => place.submit('numbers')),
  );
}
