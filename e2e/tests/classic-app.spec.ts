import { test } from '../portal/classicTest';
import { expectAccessible } from '../portal/expectAccessible';
import { buildTitle, expectStatus, region, startBuild } from '../portal/pages';
import { expect } from '../portal/test';

test('an image is built in the classic frontend system, and axe finds nothing on the way', async ({
  page,
}) => {
  await page.goto('/catalog/default/component/hello-site');
  await expect(
    page.getByRole('heading', { name: 'Latest image' }),
  ).toBeVisible();
  await expect(page.getByRole('link', { name: 'All builds' })).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('tab', { name: 'Images' }).click();
  await expect(page.getByRole('button', { name: 'Build image' })).toBeVisible();
  await expectAccessible(page);

  await startBuild(page);
  await expectStatus(page, 'Completed');
  await region(page, 'Steps')
    .getByRole('button', { name: 'build-image' })
    .click();
  await expect(
    page.getByRole('log', { name: 'Log of build-image' }),
  ).toContainText('FROM scratch');
  await expectAccessible(page);

  // A link of the pages stays within the app: what is loaded stays loaded.
  await page.evaluate(() => document.body.setAttribute('data-loaded', 'once'));
  await page.getByRole('link', { name: 'Images', exact: true }).click();
  await expect(
    page.getByRole('row').filter({ hasText: 'Completed' }).first(),
  ).toBeVisible();
  await page.getByRole('tab', { name: 'Overview' }).click();
  await expect(page.getByText(/^\d+ of \d+ completed/)).toBeVisible();
  await expect(page.locator('body')).toHaveAttribute('data-loaded', 'once');
  await expectAccessible(page);
});

test('the menu item of a component leads to its dialog, and the page to all builds', async ({
  page,
}) => {
  await page.goto('/catalog/default/component/multi-stage-site');
  await page.getByRole('button', { name: 'Build image' }).click();
  const dialog = page.getByRole('dialog', { name: 'Build image' });
  await dialog.getByRole('button', { name: 'Build', exact: true }).click();
  await expect(buildTitle(page)).toBeVisible();

  await page.getByRole('tab', { name: 'Builds' }).click();
  await expect(page.getByRole('search', { name: 'Filters' })).toBeVisible();
  await expect(
    page.getByRole('row', { name: /multi-stage-site/ }),
  ).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('tab', { name: 'Executors' }).click();
  await expect(page.getByText('buildah').first()).toBeVisible();
  await expectAccessible(page);
});

test('axe finds nothing in the classic frontend system in the dark theme, on a narrow screen', async ({
  page,
}) => {
  await page.addInitScript(() => localStorage.setItem('theme', 'dark'));
  await page.setViewportSize({ width: 400, height: 900 });
  await page.goto('/catalog/default/component/hello-site');
  await expect(
    page.getByRole('heading', { name: 'Latest image' }),
  ).toBeVisible();
  await expectAccessible(page);
  await page.goto('/catalog/default/component/hello-site/images');
  await expect(
    page.getByRole('main').getByRole('button', { name: 'Build image' }).last(),
  ).toBeVisible();
  await expectAccessible(page);
  await page.goto('/image-factory/builds?status=pending');
  await expect(page.getByText('No build matches these filters')).toBeVisible();
  await expectAccessible(page);
});
