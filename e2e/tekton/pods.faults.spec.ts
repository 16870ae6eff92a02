import { expect, test } from '@playwright/test';
import { Cluster } from '../cluster/Cluster';
import { FollowedRun } from './support/FollowedRun';
import { RunPods, WAITS_TO_GO_ON } from './support/RunPods';
import { TektonFixture } from './support/TektonFixture';

test.describe('Builds whose pods come to harm on the real cluster', () => {
  let fixture: TektonFixture;
  let pods: RunPods;

  test.beforeAll(async () => {
    fixture = await TektonFixture.create(await Cluster.open());
    pods = new RunPods(fixture);
  });

  test.afterAll(async () => {
    await fixture?.dispose();
  });

  const BEGINS_AND_WAITS = `echo begins; ${WAITS_TO_GO_ON}; echo ends`;

  test(
    'completes a build whose pod is deleted at once in a new pod, and its log says where it begins again',
    { tag: '@ci' },
    async () => {
      const run = await FollowedRun.start(
        fixture.executor,
        fixture.scripted({ 'build-image': BEGINS_AND_WAITS }),
      );
      await run.untilPrinted('build-image', 'begins\n');
      await pods.deleteByForce(await pods.liveOf(run.run.name));
      await run.untilPrinted('build-image', 'begins\n', 2);
      await pods.letGoOn(run.run.name, 'build-image');
      expect(await run.outcome()).toEqual({ status: 'completed' });
      expect(run.collected.log('build-image').split('\n')).toEqual([
        'begins',
        '[image-factory] The pod was lost, and the step begins again in a new one.',
        'begins',
        'ends',
        '',
      ]);
      expect(run.collected.steps.map(({ status }) => status)).toEqual([
        'completed',
        'completed',
        'completed',
      ]);
      await fixture.assertNothingLeft(run.run.name);
    },
  );

  test(
    'says of a build whose PipelineRun is deleted that it is lost, keeps its log and leaves no pod',
    { tag: '@ci' },
    async () => {
      const run = await FollowedRun.start(
        fixture.executor,
        fixture.scripted({ 'build-image': BEGINS_AND_WAITS }),
      );
      await run.untilPrinted('build-image', 'begins\n');
      await fixture.cluster.kubectl.run([
        'delete',
        'pipelinerun',
        `--namespace=${fixture.namespace}`,
        '--wait=false',
        run.run.name,
      ]);
      expect(await run.outcome()).toEqual({
        status: 'lost',
        message:
          'The PipelineRun of the build is no longer in the cluster: somebody has deleted it.',
      });
      expect(run.collected.log('build-image').split('\n')).toEqual([
        'begins',
        '[image-factory] The rest of this log could not be read.',
        '',
      ]);
      await fixture.assertNothingLeft(run.run.name);
    },
  );

  const TAKEN_AWAY = [
    {
      how: 'deleted with its grace',
      cause: 'somebody deleted it',
      takeAway: 'delete',
    },
    {
      how: 'evicted, as where a node is drained,',
      cause: 'EvictionByEvictionAPI',
      takeAway: 'evict',
    },
  ] as const;

  TAKEN_AWAY.forEach(({ how, cause, takeAway }) => {
    test(`blames the cluster and not the build for a step whose pod is ${how} and tells why`, async () => {
      const run = await FollowedRun.start(
        fixture.executor,
        fixture.scripted({ 'build-image': BEGINS_AND_WAITS }),
      );
      await run.untilPrinted('build-image', 'begins\n');
      await pods[takeAway](await pods.liveOf(run.run.name));
      expect(await run.outcome()).toMatchObject({
        status: 'failed',
        failure: {
          class: 'infrastructure',
          step: 'build-image',
          message: expect.stringContaining(
            `The pod of the build was taken away while step build-image ran: ${cause}`,
          ),
        },
      });
      expect(run.collected.log('build-image')).toMatch(/^begins\n/);
      await fixture.assertNothingLeft(run.run.name);
    });
  });
});
