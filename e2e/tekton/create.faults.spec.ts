import { expect, test } from '@playwright/test';
import { Cluster } from '../cluster/Cluster';
import { FollowedRun } from './support/FollowedRun';
import { TektonFixture } from './support/TektonFixture';

test.describe('Builds that the real cluster has already, or does not take', () => {
  let fixture: TektonFixture;

  test.beforeAll(async () => {
    fixture = await TektonFixture.create(await Cluster.open());
  });

  test.afterAll(async () => {
    await fixture?.dispose();
  });

  const runsOf = async (buildId: string) => {
    const { items } = await fixture.cluster.kubectl.get<{
      items: { metadata: { uid: string } }[];
    }>(
      'pipelineruns',
      `--namespace=${fixture.namespace}`,
      `--selector=image-factory.io/build=${buildId}`,
    );
    return items;
  };

  test(
    'adopts the run that another process has created for the same build, so that it runs once',
    { tag: '@ci' },
    async () => {
      const spec = fixture.scripted({ 'build-image': 'echo begins' });
      const other = fixture.another();
      await other.start(spec, new AbortController().signal);
      const [{ metadata: created }] = await runsOf(spec.buildId);

      const run = await FollowedRun.start(fixture.executor, spec);
      expect(await run.outcome()).toEqual({ status: 'completed' });
      expect(run.collected.log('build-image')).toBe('begins\n');
      expect(
        (await runsOf(spec.buildId)).map(({ metadata }) => metadata.uid),
      ).toEqual([created.uid]);
    },
  );

  test(
    'leaves a run of that name alone that is none of its own, and names it',
    { tag: '@ci' },
    async () => {
      const spec = fixture.scripted({ 'build-image': 'sleep 600' });
      const other = fixture.another();
      const theirs = await FollowedRun.start(other, spec);
      const run = await FollowedRun.start(fixture.executor, {
        ...spec,
        buildId: fixture.scripted({}).buildId,
      });
      expect(await run.outcome()).toMatchObject({
        status: 'failed',
        failure: {
          class: 'infrastructure',
          message: `The namespace ${fixture.namespace} has a PipelineRun ${spec.name} already, and it is not the one of this build.`,
        },
      });
      await theirs.until('build-image runs', ({ steps }) =>
        steps.some(
          ({ name, status }) => name === 'build-image' && status === 'running',
        ),
      );
      await other.cancel(theirs.run, 'cancel');
      expect(await theirs.outcome()).toEqual({ status: 'cancelled' });
      await fixture.assertNothingLeft(spec.name);
    },
  );
});
