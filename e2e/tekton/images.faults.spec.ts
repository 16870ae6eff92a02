import { expect, test } from '@playwright/test';
import { Cluster } from '../cluster/Cluster';
import { FollowedRun } from './support/FollowedRun';
import { TektonFixture } from './support/TektonFixture';

test.describe('Builds whose images cannot be had on the real cluster', () => {
  let fixture: TektonFixture;

  test.beforeAll(async () => {
    fixture = await TektonFixture.create(await Cluster.open());
  });

  test.afterAll(async () => {
    await fixture?.dispose();
  });

  test(
    'blames the cluster for the image of a step that cannot be pulled, names it and leaves no pod',
    { tag: '@ci' },
    async () => {
      const { registry } = fixture.cluster.local;
      const missing = `${registry.address}/not/there@sha256:${'1'.repeat(64)}`;
      const executor = fixture.another({ stepImages: { busybox: missing } });
      const run = await FollowedRun.start(executor, fixture.scripted({}));
      expect(await run.outcome()).toMatchObject({
        status: 'failed',
        failure: {
          class: 'infrastructure',
          message: expect.stringContaining(missing),
        },
      });
      await fixture.assertNothingLeft(run.run.name);
    },
  );
});
