import { expect, test } from '@playwright/test';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from '../cluster/Cluster';
import { FollowedRun } from './support/FollowedRun';
import { TektonFixture } from './support/TektonFixture';

/** Longer than a build takes notice of at once, shorter than a node is given up. */
const AWAY_MS = 40_000;

test.describe('Builds while the API server of the real cluster is away', () => {
  let cluster: Cluster;
  let fixture: TektonFixture;

  test.beforeAll(async () => {
    cluster = await Cluster.open();
    fixture = await TektonFixture.create(cluster);
  });

  test.afterAll(async () => {
    await fixture?.dispose();
  });

  test('completes a build in the middle of which the API server is away, and loses and doubles no line', async () => {
    test.setTimeout(420_000);
    const lines = 300;
    const run = await FollowedRun.start(
      fixture.executor,
      fixture.scripted(
        {
          'build-image': `seq 1 ${lines} | while read i; do echo "line $i"; sleep 0.2; done`,
        },
        // A controller that has lost its lease takes a minute or two to come back.
        { timeoutSeconds: 400 },
      ),
    );
    await run.untilPrinted('build-image', 'line 20\n');
    await cluster.stopApiServer();
    try {
      await delay(AWAY_MS);
    } finally {
      await cluster.startApiServer();
    }
    expect(await run.outcome()).toEqual({ status: 'completed' });
    expect(run.collected.log('build-image')).toBe(
      Array.from({ length: lines }, (_, i) => `line ${i + 1}\n`).join(''),
    );
    expect(run.collected.steps.map(({ status }) => status)).toEqual([
      'completed',
      'completed',
      'completed',
    ]);
    await fixture.assertNothingLeft(run.run.name);
  });
});
