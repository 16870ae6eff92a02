import { expectAccessible } from '../portal/expectAccessible';
import { expectStatus, openImagesTab, startBuild } from '../portal/pages';
import { expect, test } from '../portal/test';

test('axe finds nothing on the Images tab and in its dialog', async ({
  page,
}) => {
  await openImagesTab(page, 'multi-stage-site');
  const button = page.getByRole('button', { name: 'Build image' });
  await expect(button).toBeVisible();
  await expectAccessible(page);

  await button.click();
  const dialog = page.getByRole('dialog', { name: 'Build image' });
  await expect(
    dialog.getByRole('button', { name: 'Build', exact: true }),
  ).toBeEnabled();
  await expectAccessible(page);
});

test('axe finds nothing on the page of a build, done or failed', async ({
  page,
}) => {
  await openImagesTab(page, 'multi-stage-site');
  await startBuild(page);
  await expectStatus(page, 'Completed');
  await expectAccessible(page);

  await openImagesTab(page, 'broken-dockerfile');
  await startBuild(page);
  await expectStatus(page, 'Failed');
  await expectAccessible(page);
});

test('axe finds nothing on the list of builds and on the executors', async ({
  page,
}) => {
  await openImagesTab(page, 'multi-stage-site');
  await startBuild(page);
  await page.goto('/image-factory/builds');
  await expect(page.getByRole('search', { name: 'Filters' })).toBeVisible();
  await expect(
    page.getByRole('columnheader', { name: 'Status' }),
  ).toBeVisible();
  await expectAccessible(page);
  await page.goto('/image-factory/executors');
  await expect(page.getByText('buildah').first()).toBeVisible();
  await expectAccessible(page);
});
