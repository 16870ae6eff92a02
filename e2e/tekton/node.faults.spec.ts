import { expect, test } from '@playwright/test';
import { Cluster } from '../cluster/Cluster';
import { NodeName } from '../cluster/local/nodes';
import { FollowedRun } from './support/FollowedRun';
import { RunPods, WAITS_TO_GO_ON } from './support/RunPods';
import { TektonFixture } from './support/TektonFixture';

test.describe('Builds whose node is lost on the real cluster', () => {
  let cluster: Cluster;
  let fixture: TektonFixture;
  let pods: RunPods;
  let lost: NodeName | undefined;

  test.beforeAll(async () => {
    cluster = await Cluster.open();
    fixture = await TektonFixture.create(cluster);
    pods = new RunPods(fixture);
  });

  test.afterEach(async () => {
    if (lost) await cluster.startNode(lost);
    lost = undefined;
  });

  test.afterAll(async () => {
    await fixture?.dispose();
  });

  test('says of a build whose node loses its power that it is lost, names the node, and completes the next attempt on another one', async () => {
    const spec = fixture.scripted({
      'build-image': `echo begins; ${WAITS_TO_GO_ON}; echo ends`,
    });
    const run = await FollowedRun.start(fixture.executor, spec);
    await run.untilPrinted('build-image', 'begins\n');
    const node = (await pods.liveOf(spec.name)).spec.nodeName as NodeName;
    lost = node;
    await cluster.killNode(node);

    expect(await run.outcome()).toEqual({
      status: 'lost',
      message: expect.stringMatching(
        new RegExp(
          `^The node ${node}, which ran the build, is lost: NodeStatusUnknown since `,
        ),
      ),
      nodes: [node],
    });
    expect(run.collected.log('build-image').split('\n')).toEqual([
      'begins',
      '[image-factory] The rest of this log could not be read.',
      '',
    ]);

    const next = await FollowedRun.start(fixture.executor, {
      ...spec,
      name: spec.name.replace(/-1$/, '-2'),
      executionId: `${spec.executionId}-2`,
      attempt: 2,
      avoidNodes: [node],
    });
    await next.untilPrinted('build-image', 'begins\n');
    await pods.letGoOn(next.run.name, 'build-image');
    expect(await next.outcome()).toEqual({ status: 'completed' });
    for (const step of next.collected.steps) {
      expect(step.node).not.toBe(node);
      expect(step.status).toBe('completed');
    }

    await cluster.startNode(node);
    lost = undefined;
    await fixture.assertNothingLeft(spec.name);
    await fixture.assertNothingLeft(next.run.name);
  });
});
