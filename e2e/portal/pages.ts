import { type Locator, type Page, expect } from '@playwright/test';

/** Opens the Images tab of a component; the guest is signed in without a click. */
export async function openImagesTab(page: Page, component: string) {
  await page.goto(`/catalog/default/component/${component}`);
  await page
    .getByRole('navigation', { name: 'Content navigation' })
    .getByRole('link', { name: 'Images' })
    .click();
}

/** Fills nothing in: the dialog comes ready to submit. Ends on the build's page. */
export async function startBuild(page: Page) {
  await page.getByRole('button', { name: 'Build image' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Build image' });
  await dialog.getByRole('button', { name: 'Build', exact: true }).click();
  await expect(buildTitle(page)).toBeVisible();
}

export function buildTitle(page: Page): Locator {
  return page.getByRole('heading', { name: /^Build #\d+/ });
}

/** Waits until the build's page announces this status. */
export async function expectStatus(page: Page, status: string) {
  await expect(
    page.getByRole('status').filter({ hasText: /^Build #\d+: / }),
  ).toHaveText(new RegExp(`: ${status}$`));
}

export function region(page: Page, name: string): Locator {
  return page.getByRole('region', { name });
}

/** What a term on the page says: the text of its definition. */
export async function fact(within: Locator, term: string): Promise<string> {
  const name = new RegExp(`^${term}$`);
  const pair = within
    .locator('dl > div')
    .filter({ has: within.page().locator('dt', { hasText: name }) });
  return (await pair.getByRole('definition').innerText()).trim();
}
