import assert from 'node:assert/strict';
import { CollectedRun } from './CollectedRun';
import { ConformanceCase } from './executorConformance';
import { isRunning, RunDriver } from './RunDriver';

/** How runs are ended before their time. */
export function cancelCases(steps: string[]): ConformanceCase[] {
  return [
    {
      name: 'cancels a run that was only just started',
      async run(fixture) {
        const [step] = steps;
        const driver = await RunDriver.start(fixture, { waitsIn: step });
        assert.equal(
          await fixture.executor.cancel(driver.run, 'cancel'),
          'requested',
        );
        const collected = await driver.collect();
        assert.deepEqual(collected.outcome, { status: 'cancelled' });
        assertEnded(collected);
        await fixture.assertNothingLeft(driver.run.name);
      },
    },
    ...steps.map(step => ({
      name: `cancels a run in its step ${step}, whose later steps never begin`,
      async run(fixture: Parameters<ConformanceCase['run']>[0]) {
        const driver = await RunDriver.start(fixture, { waitsIn: step });
        const collected = await driver.collect({
          when: isRunning(step),
          at: async () =>
            assert.equal(
              await fixture.executor.cancel(driver.run, 'cancel'),
              'requested',
            ),
        });
        assert.deepEqual(collected.outcome, { status: 'cancelled' });
        const at = fixture.steps.indexOf(step);
        assert.deepEqual(
          collected.steps.map(({ status }) => status),
          fixture.steps.map((_, index) => {
            if (index < at) return 'completed';
            return index === at ? 'cancelled' : 'skipped';
          }),
        );
        await fixture.assertNothingLeft(driver.run.name);
      },
    })),
    {
      name: 'takes a second cancel, and one that comes too late, without harm',
      async run(fixture) {
        const step = steps.at(-1)!;
        const { executor } = fixture;
        const driver = await RunDriver.start(fixture, { waitsIn: step });
        const collected = await driver.collect({
          when: isRunning(step),
          at: () =>
            Promise.all([
              executor.cancel(driver.run, 'cancel'),
              executor.cancel(driver.run, 'cancel'),
            ]),
        });
        assert.deepEqual(collected.outcome, { status: 'cancelled' });
        const late = await executor.cancel(driver.run, 'cancel');
        assert.ok(late === 'already-over' || late === 'gone', late);
      },
    },
    {
      name: 'says of a run that it does not know that it is gone',
      async run({ executor }) {
        assert.equal(
          await executor.cancel({ name: 'never-started-1' }, 'cancel'),
          'gone',
        );
      },
    },
    ...steps.map(step => ({
      name: `ends a run that reaches its time limit in its step ${step}, and says so`,
      async run(fixture: Parameters<ConformanceCase['run']>[0]) {
        const driver = await RunDriver.start(fixture, {
          waitsIn: step,
          timeoutSeconds: fixture.timeLimitSeconds ?? 2,
        });
        const collected = await driver.collect();
        const { outcome } = collected;
        assert.equal(outcome?.status, 'failed');
        assert.equal(outcome.failure.class, 'timeout');
        assert.equal(outcome.failure.step, step);
        assertEnded(collected);
        await fixture.assertNothingLeft(driver.run.name);
      },
    })),
  ];
}

function assertEnded(collected: CollectedRun): void {
  for (const { name, status } of collected.steps) {
    assert.ok(
      status !== 'running' && status !== 'pending',
      `${name} is left as ${status}`,
    );
  }
}
