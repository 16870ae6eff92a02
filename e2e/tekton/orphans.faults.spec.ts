import { expect, test } from '@playwright/test';
import { ObservedRun } from '../../plugins/image-factory-node/src';
import { TektonExecutor } from '../../plugins/image-factory-backend/src/executors/tekton';
import { Cluster } from '../cluster/Cluster';
import { TektonFixture } from './support/TektonFixture';

test.describe('Runs on the real cluster that are left of executions that are over', () => {
  let fixture: TektonFixture;

  test.beforeAll(async () => {
    fixture = await TektonFixture.create(await Cluster.open());
  });

  test.afterAll(async () => {
    await fixture?.dispose();
  });

  async function find(
    executor: TektonExecutor,
    executionId: string,
  ): Promise<ObservedRun | undefined> {
    for await (const run of executor.list(new AbortController().signal)) {
      if (run.executionId === executionId) return run;
    }
    return undefined;
  }

  test('are found by a process that has never heard of them, ended, and removed with their pods', async () => {
    const { signal } = new AbortController();
    const spec = fixture.scripted({ 'build-image': 'sleep 600' });
    await fixture.another().start(spec, signal);

    const other = fixture.another();
    const found = await find(other, spec.executionId);
    expect(found).toEqual({
      name: spec.name,
      namespace: fixture.namespace,
      buildId: spec.buildId,
      executionId: spec.executionId,
      isOver: false,
    });
    await other.discard(found!, signal);
    await expect
      .poll(async () => (await find(other, spec.executionId))?.isOver)
      .toBe(true);
    await other.discard((await find(other, spec.executionId))!, signal);
    await fixture.assertNothingLeft(spec.name);
    expect(await find(other, spec.executionId)).toBeUndefined();
    const { items } = await fixture.cluster.kubectl.get<{
      items: { metadata: { name: string } }[];
    }>('pipelineruns', `--namespace=${fixture.namespace}`);
    expect(items.map(({ metadata }) => metadata.name)).not.toContain(spec.name);
  });
});
