import { test } from '@playwright/test';
import { executorConformance } from '../../plugins/image-factory-node/src/testUtils';
import { Cluster } from '../cluster/Cluster';
import { SCRIPTED_STEPS } from './support/scriptedMethod';
import { TektonFixture } from './support/TektonFixture';

test.describe('TektonExecutor as an executor, on the real cluster', () => {
  let fixture: TektonFixture;

  test.beforeAll(async () => {
    fixture = await TektonFixture.create(await Cluster.open());
  });

  test.afterAll(async () => {
    await fixture?.dispose();
  });

  executorConformance({ steps: SCRIPTED_STEPS }).forEach(({ name, run }) => {
    test(name, async () => {
      await run(fixture);
    });
  });
});
