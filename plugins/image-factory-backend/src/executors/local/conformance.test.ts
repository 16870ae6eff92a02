import { executorConformance } from '@image-factory/backstage-plugin-image-factory-node/testUtils';
import { describeWith } from '../../__testUtils__/engines';
import { LocalFixture } from './__testUtils__/LocalFixture';
import { SCRIPTED_STEPS } from './__testUtils__/scriptedStepsMethod';

jest.setTimeout(60_000);

describeWith('git', 'LocalExecutor as an executor', () => {
  let fixture: LocalFixture;

  beforeAll(async () => {
    fixture = await LocalFixture.create();
  });

  afterAll(async () => {
    await fixture.dispose();
  });

  const steps = ['clone-repo', ...SCRIPTED_STEPS];
  it.each(executorConformance({ steps }))('$name', async ({ run }) => {
    await run(fixture);
  });
});
