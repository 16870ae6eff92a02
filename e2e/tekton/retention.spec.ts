import { expect, test } from '@playwright/test';
import { Cluster } from '../cluster/Cluster';
import { RunDriver } from '../../plugins/image-factory-node/src/testUtils/RunDriver';
import { TektonFixture } from './support/TektonFixture';

test.describe('Finished runs', () => {
  let fixture: TektonFixture;

  test.beforeAll(async () => {
    fixture = await TektonFixture.create(await Cluster.open());
  });

  test.afterAll(async () => {
    await fixture?.dispose();
  });

  test('are removed from the cluster with their pods once they are collected, and runs that go on are not', async () => {
    const done = await RunDriver.start(fixture, {});
    await done.collect();
    const goesOn = await RunDriver.start(fixture, { waitsIn: 'build-image' });
    const left = new AbortController();
    await fixture.executor.removeFinished(left.signal);
    const { items } = await fixture.cluster.kubectl.get<{
      items: { metadata: { name: string } }[];
    }>('pipelineruns', `--namespace=${fixture.namespace}`);
    const names = items.map(({ metadata }) => metadata.name);
    expect(names).toContain(goesOn.run.name);
    expect(names).not.toContain(done.run.name);
    await expect
      .poll(async () => {
        const { items: pods } = await fixture.cluster.kubectl.get<{
          items: unknown[];
        }>(
          'pods',
          `--namespace=${fixture.namespace}`,
          `--selector=tekton.dev/pipelineRun=${done.run.name}`,
        );
        return pods.length;
      })
      .toBe(0);
    await fixture.executor.cancel(goesOn.run, 'cancel');
    await goesOn.collect();
  });
});
