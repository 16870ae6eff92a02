import { type Locator, type Page, expect } from '@playwright/test';
import { expectStatus, fact, region, startBuild } from '../portal/pages';

const COMPONENT = '/catalog/default/component/hello-site';

/** Signs in on the page of the component; stays there once the catalog has it. */
export async function openComponent(page: Page) {
  await page.goto(COMPONENT);
  const enter = page.getByRole('button', { name: 'Enter' });
  await enter.click();
  await expect(enter).toBeHidden();
  await expect(async () => {
    await page.goto(COMPONENT);
    await expect(
      page.getByRole('heading', { name: 'Latest image' }),
    ).toBeVisible({ timeout: 10_000 });
  }).toPass();
}

/** From the tab of the component to its image, and to the pages that then show it. */
export async function buildImage(page: Page, imagesTab: Locator) {
  await openComponent(page);
  await imagesTab.click();
  await startBuild(page);
  await expectStatus(page, 'Completed');
  expect(await fact(region(page, 'Result'), 'Digest')).toMatch(
    /^sha256:[0-9a-f]{64}/,
  );
  await page.goto('/image-factory/builds');
  await expect(
    page.getByRole('row', { name: /Hello site/ }).first(),
  ).toBeVisible();
  await page.goto(COMPONENT);
  await expect(page.getByText(/^\d+ of \d+ completed/)).toBeVisible();
}
