import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { CollectedRun } from './CollectedRun';
import { ConformanceCase } from './executorConformance';
import { RunDriver } from './RunDriver';

const LINES = 200;
/** A run that has said nothing for so long is silent. */
const QUIET_MS = 500;
const ENDS_WITHIN_MS = 5_000;

/** What becomes of runs whose collector, or whose truth, is gone. */
export const lossCases: ConformanceCase[] = [
  {
    name: 'says of a run that it does not know that it is lost',
    async run({ executor }) {
      const collected = new CollectedRun();
      const { signal } = new AbortController();
      for await (const update of executor.collect(
        { name: 'never-started-1' },
        undefined,
        signal,
      )) {
        collected.add(update);
      }
      assert.equal(collected.updates.length, 1);
      assert.equal(collected.outcome?.status, 'lost');
    },
  },
  {
    name: 'lets another collector take a run over in the middle of its log, or ends the run with its collector',
    async run(fixture) {
      const { withoutCollector } = fixture;
      const step = (fixture.scriptable ?? fixture.steps)[0];
      const driver = await RunDriver.start(fixture, {
        waitsIn: withoutCollector === 'ends' ? step : undefined,
        prints: { step, lines: LINES },
      });
      const half = `line ${LINES / 2}\n`;
      const before = await driver.collectUntil(collected =>
        collected.log(step).includes(half),
      );
      assert.equal(before.outcome, undefined);

      if (withoutCollector === 'ends') {
        const after = await driver.collect();
        assert.equal(after.outcome?.status, 'lost');
        await fixture.assertNothingLeft(driver.run.name);
        return;
      }
      const whole = await driver.collect({ into: before, from: before.cursor });
      assert.deepEqual(whole.outcome, { status: 'completed' });
      assert.equal(whole.log(step).split('\n').filter(isLine).length, LINES);
    },
  },
  {
    name: 'ends the stream at once where its reader leaves, also where the run is silent',
    async run(fixture) {
      const step = (fixture.scriptable ?? fixture.steps)[0];
      const driver = await RunDriver.start(fixture, { waitsIn: step });
      const leave = new AbortController();
      const updates = fixture.executor
        .collect(driver.run, undefined, leave.signal)
        [Symbol.asyncIterator]();
      let next = updates.next();
      for (;;) {
        const arrived = await Promise.race([next, delay(QUIET_MS)]);
        if (arrived === undefined) break;
        assert.ok(!arrived.done, 'the run ended, though it waits');
        next = updates.next();
      }
      leave.abort();
      const last = await Promise.race([next, delay(ENDS_WITHIN_MS)]);
      assert.ok(last, 'the stream goes on after its reader has left');
      assert.equal(last.done, true);
      await fixture.executor.cancel(driver.run, 'cancel');
    },
  },
];

function isLine(line: string): boolean {
  return /^line \d+$/.test(line);
}
