import { join } from 'node:path';
import { type Page } from '@playwright/test';
import { test as classicTest } from '../portal/classicTest';
import { expectStatus, openImagesTab, startBuild } from '../portal/pages';
import { denyInPage, refuseInPage } from '../portal/permissions';
import { expect, test } from '../portal/test';

const FOLDER = join(__dirname, '..', 'results', 'screenshots');
const THEMES = ['light', 'dark'] as const;
const WIDTHS = { wide: 1440, narrow: 480 };

/** One picture for each theme and width, of all that the page shows. */
async function take(page: Page, name: string) {
  for (const theme of THEMES) {
    await page.evaluate(id => localStorage.setItem('theme', id), theme);
    for (const [size, width] of Object.entries(WIDTHS)) {
      await page.setViewportSize({ width, height: 1000 });
      await page.reload();
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await page.waitForLoadState('networkidle');
      await page.screenshot({
        path: join(FOLDER, `${name}-${theme}-${size}.png`),
        fullPage: true,
      });
    }
  }
  await page.setViewportSize({ width: WIDTHS.wide, height: 900 });
}

/** The dialog closes on a reload, so it is opened again for each picture. */
async function takeDialog(page: Page, name: string) {
  for (const theme of THEMES) {
    await page.evaluate(id => localStorage.setItem('theme', id), theme);
    for (const [size, width] of Object.entries(WIDTHS)) {
      await page.setViewportSize({ width, height: 1000 });
      await page.reload();
      await page.getByRole('button', { name: 'Build image' }).first().click();
      const dialog = page.getByRole('dialog', { name: 'Build image' });
      await expect(
        dialog.getByRole('button', { name: 'Build', exact: true }),
      ).toBeEnabled();
      await page.screenshot({
        path: join(FOLDER, `${name}-${theme}-${size}.png`),
      });
    }
  }
  await page.setViewportSize({ width: WIDTHS.wide, height: 900 });
}

test('pictures of every page, empty, running, failed and done', async ({
  page,
  slowSource,
}) => {
  test.setTimeout(600_000);
  await openImagesTab(page, 'hello-site');
  await take(page, 'images-empty');
  await takeDialog(page, 'dialog');
  await page.goto('/image-factory/builds');
  await take(page, 'builds-empty');
  await page.goto('/image-factory/executors');
  await take(page, 'executors');

  await openImagesTab(page, 'hello-site');
  await startBuild(page);
  await expectStatus(page, 'Completed');
  await take(page, 'build-done');

  await openImagesTab(page, 'broken-dockerfile');
  await startBuild(page);
  await expectStatus(page, 'Failed');
  await take(page, 'build-failed');

  await openImagesTab(page, 'slow-site');
  await startBuild(page);
  await slowSource.isWaitedFor();
  await take(page, 'build-running');

  await openImagesTab(page, 'hello-site');
  await take(page, 'images');
  await page.goto('/image-factory/builds');
  await take(page, 'builds');
  await page.goto('/image-factory/builds?status=pending&mine=true');
  await take(page, 'builds-filtered-empty');
});

test('pictures of the card, and of what may be denied', async ({ page }) => {
  test.setTimeout(600_000);
  await page.goto('/catalog/default/component/multi-stage-site');
  await take(page, 'overview-empty');
  for (let builds = 0; builds < 3; builds += 1) {
    await openImagesTab(page, 'multi-stage-site');
    await startBuild(page);
    await expectStatus(page, 'Completed');
  }
  const built = page.url();
  await page.goto('/catalog/default/component/multi-stage-site');
  await take(page, 'overview');

  await denyInPage(page, 'image-factory.build.create');
  await page.goto(built);
  await take(page, 'build-denied');
  await openImagesTab(page, 'multi-stage-site');
  await take(page, 'images-denied');

  await refuseInPage(page, '/v1/executors', {
    act: 'see executors',
    permission: 'image-factory.executor.read',
  });
  await page.goto('/image-factory/executors');
  await take(page, 'executors-forbidden');
  await refuseInPage(page, '/v1/builds**', {
    act: 'see builds',
    permission: 'image-factory.build.read',
  });
  await page.goto('/image-factory/builds');
  await take(page, 'builds-forbidden');
});

classicTest(
  'pictures of the pages in the classic frontend system',
  async ({ page }) => {
    classicTest.setTimeout(600_000);
    await page.goto('/catalog/default/component/hello-site/images');
    await startBuild(page);
    await expectStatus(page, 'Completed');
    await take(page, 'classic-build-done');
    await page.goto('/catalog/default/component/hello-site');
    await take(page, 'classic-overview');
    await page.goto('/image-factory/builds');
    await take(page, 'classic-builds');
    await page.goto('/image-factory/executors');
    await take(page, 'classic-executors');
  },
);
