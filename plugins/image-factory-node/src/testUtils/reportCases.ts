import assert from 'node:assert/strict';
import { ConformanceCase } from './executorConformance';
import { RunDriver } from './RunDriver';

/** What a run tells of itself. */
export const reportCases: ConformanceCase[] = [
  {
    name: 'describes itself: a title, its health, its room and the methods it can run',
    async run(fixture) {
      const status = await fixture.executor.describe();
      const { config } = await fixture.spec({});
      assert.ok(status.title);
      assert.ok(status.maxRunning > 0);
      assert.ok(!Number.isNaN(Date.parse(status.checkedAt)));
      const method = status.methods.find(({ id }) => id === config.method);
      assert.equal(method?.available, true);
    },
  },
  {
    name: 'completes a run: all steps in their order, the outcome last and once',
    async run(fixture) {
      const collected = await (await RunDriver.start(fixture, {})).collect();
      assert.deepEqual(collected.outcome, { status: 'completed' });
      assert.equal(
        collected.updates.filter(({ type }) => type === 'outcome').length,
        1,
      );
      assert.deepEqual(
        collected.steps.map(({ name, status }) => [name, status]),
        fixture.steps.map(name => [name, 'completed']),
      );
    },
  },
  {
    name: 'tells of every step before the first one ends, and of each when it began and ended',
    async run(fixture) {
      const collected = await (await RunDriver.start(fixture, {})).collect();
      const told = new Set<string>();
      for (const update of collected.updates) {
        if (update.type !== 'step') continue;
        if (update.step.status === 'completed') break;
        told.add(update.step.name);
      }
      assert.deepEqual([...told].sort(), [...fixture.steps].sort());
      for (const { name, startedAt, finishedAt } of collected.steps) {
        assert.ok(startedAt && finishedAt, `${name} has no times`);
        assert.ok(startedAt <= finishedAt, `${name} ended before it began`);
      }
    },
  },
  {
    name: 'hands over the log of a step whole and in order, and of no other run',
    async run(fixture) {
      const [step] = scriptable(fixture);
      const lines = 2_000;
      const drivers = await Promise.all(
        [lines, 3].map(count =>
          RunDriver.start(fixture, { prints: { step, lines: count } }),
        ),
      );
      const [long, short] = await Promise.all(
        drivers.map(driver => driver.collect()),
      );
      assert.deepEqual(printed(long.log(step)), numbers(lines));
      assert.deepEqual(printed(short.log(step)), numbers(3));
    },
  },
  {
    name: 'fails a run whose step fails: says which, and skips the rest',
    async run(fixture) {
      const [step] = scriptable(fixture);
      const collected = await (
        await RunDriver.start(fixture, { failsIn: step })
      ).collect();
      const { outcome } = collected;
      assert.equal(outcome?.status, 'failed');
      assert.equal(outcome.failure.step, step);
      assert.ok(outcome.failure.message);
      const at = fixture.steps.indexOf(step);
      assert.deepEqual(
        collected.steps.map(({ status }) => status),
        fixture.steps.map((_, index) => {
          if (index < at) return 'completed';
          return index === at ? 'failed' : 'skipped';
        }),
      );
      const failed = collected.steps[at];
      assert.ok(failed.exitCode, 'the exit code is missing');
    },
  },
  {
    name: 'gives one run for one spec, however often it is started',
    async run(fixture) {
      const [step] = scriptable(fixture);
      const driver = await RunDriver.start(fixture, {
        prints: { step, lines: 10 },
      });
      const { signal } = new AbortController();
      const again = await Promise.all([
        fixture.executor.start(driver.spec, signal),
        fixture.executor.start(driver.spec, signal),
      ]);
      assert.deepEqual(again, [driver.run, driver.run]);
      const collected = await driver.collect();
      assert.deepEqual(collected.outcome, { status: 'completed' });
      assert.deepEqual(printed(collected.rawLog(step)), numbers(10));
    },
  },
  {
    name: 'leaves nothing of a run behind once its outcome is told',
    async run(fixture) {
      const driver = await RunDriver.start(fixture, {});
      await driver.collect();
      await fixture.assertNothingLeft(driver.run.name);
    },
  },
];

function scriptable(fixture: { steps: string[]; scriptable?: string[] }) {
  const steps = fixture.scriptable ?? fixture.steps;
  assert.ok(
    steps.length > 0,
    'the fixture has no step that can be told what to do',
  );
  return steps;
}

function printed(log: string): number[] {
  return [...log.matchAll(/^line (\d+)$/gm)].map(([, number]) =>
    Number(number),
  );
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
