import { expect, test } from '@playwright/test';
import { Cluster } from '../cluster/Cluster';
import { FollowedRun } from './support/FollowedRun';
import { TektonFixture } from './support/TektonFixture';
import { TenantNamespace, buildsIn } from './support/TenantNamespace';

/** More than 4 GiB at once, which is what `deploy/` lets a step have that says nothing of it. */
const TAKES_5_GB = [
  'echo begins; for each in 1 2 3 4 5; do',
  '  dd if=/dev/zero of=/dev/null bs=1000M count=5 2>/dev/null & all="$all $!";',
  'done; for each in $all; do wait $each || exit 1; done',
].join('\n');

test.describe('Builds that need more than their limits on the real cluster', () => {
  let fixture: TektonFixture;

  test.beforeAll(async () => {
    fixture = await TektonFixture.create(await Cluster.open());
  });

  test.afterAll(async () => {
    await fixture?.dispose();
  });

  test('says of a step that runs out of memory that its limit is too low, and keeps its log', async () => {
    const run = await FollowedRun.start(
      fixture.executor,
      fixture.scripted({
        'build-image':
          "echo begins; head -c 300000000 /dev/zero | tr '\\0' x | sort",
      }),
    );
    expect(await run.outcome()).toMatchObject({
      status: 'failed',
      failure: {
        class: 'user',
        step: 'build-image',
        message:
          'Step build-image needed more memory than its limit and was ended (OOMKilled).',
      },
    });
    expect(run.collected.log('build-image')).toMatch(/^begins\n/);
    expect(run.collected.steps.map(({ status }) => status)).toEqual([
      'completed',
      'failed',
      'skipped',
    ]);
    await fixture.assertNothingLeft(run.run.name);
  });

  test('says the same of a step that has the limit of its namespace alone, as deploy/ gives it', async () => {
    const namespace = await TenantNamespace.create(fixture.cluster);
    try {
      const run = await FollowedRun.start(
        fixture.another({ settings: buildsIn(namespace.name) }),
        fixture.scripted({ 'clone-repo': TAKES_5_GB }),
      );
      expect(await run.outcome()).toMatchObject({
        status: 'failed',
        failure: {
          class: 'user',
          step: 'clone-repo',
          message:
            'Step clone-repo needed more memory than its limit and was ended (OOMKilled).',
          hint: expect.stringContaining('limit'),
        },
      });
      expect(run.collected.log('clone-repo')).toMatch(/^begins\n/);
    } finally {
      await namespace.dispose();
    }
  });

  test('says of a pod that is evicted because a step fills the disk which limit it has passed', async () => {
    const run = await FollowedRun.start(
      fixture.executor,
      fixture.scripted({
        'build-image':
          'echo begins; dd if=/dev/zero of=/big bs=1M count=100 2>/dev/null; sleep 100',
      }),
    );
    expect(await run.outcome()).toMatchObject({
      status: 'failed',
      failure: {
        class: 'user',
        message: expect.stringContaining('64Mi'),
        hint: expect.stringContaining('limit'),
      },
    });
    expect(run.collected.log('build-image')).toMatch(/^begins\n/);
    await fixture.assertNothingLeft(run.run.name);
  });
});
