import { expect, test } from '@playwright/test';
import { Cluster } from '../cluster/Cluster';
import { FollowedRun } from './support/FollowedRun';
import { RunPods, WAITS_TO_GO_ON } from './support/RunPods';
import { TektonFixture } from './support/TektonFixture';

const LINES = 2_000;
const HALF_A_LINE = 1_000_000;

test.describe('Builds on the real cluster whose collectors are killed', () => {
  let fixture: TektonFixture;

  test.beforeAll(async () => {
    fixture = await TektonFixture.create(await Cluster.open());
  });

  test.afterAll(async () => {
    await fixture?.dispose();
  });

  test('hands a log of 2,000 lines over whole, though two executors in turn are abandoned in its middle', async () => {
    const spec = fixture.scripted({
      'build-image': `seq 1 ${LINES} | awk '{ print "line " $1; fflush(); if ($1 % 100 == 0) system("sleep 0.5") }'`,
    });
    let run = await FollowedRun.start(fixture.executor, spec);
    for (const line of [450, 1_250]) {
      await run.untilPrinted('build-image', `line ${line}\n`);
      await run.leave();
      const into = run.collected;
      expect(into.outcome).toBeUndefined();
      run = await FollowedRun.start(fixture.another(), spec, {
        into,
        from: into.cursor,
      });
    }
    expect(await run.outcome()).toEqual({ status: 'completed' });
    // Put together by offsets as the backend does, which leaves out what came twice.
    expect(run.collected.log('build-image')).toBe(
      Array.from({ length: LINES }, (_, i) => `line ${i + 1}\n`).join(''),
    );
    expect(run.collected.rawLog('build-image')).toBe(
      run.collected.log('build-image'),
    );
    await fixture.assertNothingLeft(spec.name);
  });

  test('hands a line without an end over as it is printed, also to whoever takes over within it', async () => {
    const spec = fixture.scripted({
      'build-image': `echo begins; head -c ${HALF_A_LINE} /dev/zero | tr '\\0' x; ${WAITS_TO_GO_ON}; head -c ${HALF_A_LINE} /dev/zero | tr '\\0' y; echo; echo ends`,
    });
    const run = await FollowedRun.start(fixture.executor, spec);
    await run.untilPrinted('build-image', 'x'.repeat(HALF_A_LINE / 2));
    await run.leave();
    const into = run.collected;
    const next = await FollowedRun.start(fixture.another(), spec, {
      into,
      from: into.cursor,
    });
    await new RunPods(fixture).letGoOn(spec.name, 'build-image');
    expect(await next.outcome()).toEqual({ status: 'completed' });
    const line = `${'x'.repeat(HALF_A_LINE)}${'y'.repeat(HALF_A_LINE)}`;
    expect(into.rawLog('build-image')).toBe(`begins\n${line}\nends\n`);
    await fixture.assertNothingLeft(spec.name);
  });

  test('collects a run whole that has ended while nobody collected it', async () => {
    const spec = fixture.scripted({
      'build-image': `echo begins; ${WAITS_TO_GO_ON}; echo ends`,
    });
    const run = await FollowedRun.start(fixture.executor, spec);
    await run.untilPrinted('build-image', 'begins\n');
    await run.leave();
    await new RunPods(fixture).letGoOn(spec.name, 'build-image');
    await fixture.cluster.kubectl.run([
      'wait',
      '--for=condition=Succeeded',
      '--timeout=60s',
      `--namespace=${fixture.namespace}`,
      `pipelinerun/${spec.name}`,
    ]);
    const { collected } = run;
    const next = await FollowedRun.start(fixture.another(), spec, {
      into: collected,
      from: collected.cursor,
    });
    expect(await next.outcome()).toEqual({ status: 'completed' });
    expect(collected.rawLog('build-image')).toBe('begins\nends\n');
    expect(collected.steps.map(({ status }) => status)).toEqual([
      'completed',
      'completed',
      'completed',
    ]);
  });

  test('knows of a run that another process has ended by its time limit that this is why', async () => {
    const spec = fixture.scripted(
      { 'build-image': 'echo begins; sleep 600' },
      { timeoutSeconds: 20 },
    );
    const run = await FollowedRun.start(fixture.executor, spec);
    await run.until('is stopping', ({ updates }) =>
      updates.some(
        update => update.type === 'phase' && update.phase === 'stopping',
      ),
    );
    await run.leave();
    const { collected } = run;
    const next = await FollowedRun.start(fixture.another(), spec, {
      into: collected,
      from: collected.cursor,
    });
    expect(await next.outcome()).toMatchObject({
      status: 'failed',
      failure: { class: 'timeout', step: 'build-image' },
    });
    await fixture.assertNothingLeft(spec.name);
  });
});
