import { expectStatus, openImagesTab, startBuild } from '../portal/pages';
import { expect, test } from '../portal/test';

test('cancelling a running build ends its processes and shows it as cancelled', async ({
  page,
  slowSource,
}) => {
  await openImagesTab(page, 'slow-site');
  await startBuild(page);
  await slowSource.isWaitedFor();
  await expectStatus(page, 'Running');

  await page.getByRole('button', { name: 'Cancel build' }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel this build?' });
  await dialog.getByRole('button', { name: 'Cancel build' }).click();

  await slowSource.isGivenUp();
  await expectStatus(page, 'Cancelled');
  await expect(page.getByRole('button', { name: 'Cancel build' })).toHaveCount(
    0,
  );
});
