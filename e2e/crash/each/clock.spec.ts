import { expectEveryLineOnce, expectInOrder } from '../support/expectInOrder';
import { MovableClock, findFaketime } from '../support/MovableClock';
import { time } from '../support/concurrency';
import { expect, test } from '../support/test';
import { until } from '../support/until';

const HOUR_MS = 3_600_000;
const LEASE_MS = 30_000;
/** Less than the clock is set by, and more than the test takes. */
const TIMEOUT = { minutes: 10 };

for (const [words, offset] of [
  ['forward', HOUR_MS],
  ['back', -HOUR_MS],
] as const) {
  test(`a portal whose clock is set ${words} by an hour loses no lease, ends no build early and starts the next`, async ({
    place,
  }) => {
    const library = findFaketime();
    test.skip(!library, 'libfaketime is missing');
    await place.stopAll();
    place.slow.hold();
    const clock = new MovableClock(library!);
    try {
      const portal = await place.start({
        environment: clock.environment,
        config: { imageFactory_builds_timeout: TIMEOUT },
      });
      const build = await place.submit('slow-numbers');
      await place.slow.isWaitedFor();
      clock.set(offset);
      const next = await portal.api<{ id: string; createdAt: string }>(
        '/v1/builds',
        { entityRef: 'component:default/numbers' },
      );
      // SQLite lives in the portal's process, PostgreSQL has a clock of its own.
      const databaseNow = () =>
        place.kind === 'sqlite' ? clock.now() : Date.now();
      expect(Math.abs(Date.parse(next.createdAt) - databaseNow())).toBeLessThan(
        LEASE_MS,
      );
      await until(
        'the lease is renewed by the clock of the database',
        async () => {
          const [execution] = await place.rows.executions(build.id);
          const left = time(execution.lease_expires_at) - databaseNow();
          return left > LEASE_MS / 2 && left <= LEASE_MS + 1000;
        },
      );
      expect(await place.ended(next.id)).toMatchObject({
        status: 'completed',
        attempt: 1,
      });
      place.slow.finish();
      expect(await place.ended(build.id)).toMatchObject({
        status: 'completed',
        attempt: 1,
      });
      await expectEveryLineOnce(place, build.id);
      const [execution] = await place.rows.executions(build.id);
      expect(time(execution.finished_at!)).toBeGreaterThanOrEqual(
        time(execution.started_at),
      );
      const { items: steps } = await portal.api<{
        items: { startedAt: string; finishedAt: string }[];
      }>(`/v1/builds/${build.id}/steps`);
      for (const { startedAt, finishedAt } of steps) {
        const took = Date.parse(finishedAt) - Date.parse(startedAt);
        expect(took).toBeGreaterThanOrEqual(0);
        expect(took).toBeLessThan(HOUR_MS / 2);
      }
      await expectInOrder(place);
    } finally {
      await place.stopAll();
      clock.remove();
    }
  });
}
