import {
  expectStatus,
  openImagesTab,
  region,
  startBuild,
} from '../portal/pages';
import { expect, test } from '../portal/test';

test('a Dockerfile that fails is explained: whose it is, where, why, and what to do', async ({
  page,
}) => {
  await openImagesTab(page, 'broken-dockerfile');
  await startBuild(page);

  await expectStatus(page, 'Failed');
  const failure = region(page, 'Why it failed');
  await expect(failure).toContainText('your sources');
  await expect(failure).toContainText('build-image');
  await expect(failure).toContainText(/Dockerfile:\d+/);
  await expect(failure).toContainText('COPY');
  await expect(failure).toContainText('What to do:');
});
