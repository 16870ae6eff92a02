import { type Page } from '@playwright/test';
import { expectAccessible } from '../portal/expectAccessible';
import { expectStatus, openImagesTab, startBuild } from '../portal/pages';
import { denyInPage, refuseInPage } from '../portal/permissions';
import { expect, test } from '../portal/test';

const COMPONENT = '/catalog/default/component/multi-stage-site';

function dialogOf(page: Page) {
  return page.getByRole('dialog', { name: 'Build image' });
}

test('the overview of a component shows its latest image, and how builds went', async ({
  page,
}) => {
  await openImagesTab(page, 'multi-stage-site');
  await startBuild(page);
  await expectStatus(page, 'Completed');
  await page.goto(COMPONENT);
  await expect(
    page.getByRole('heading', { name: 'Latest image' }),
  ).toBeVisible();
  await expect(page.getByText(/^\d+ of \d+ completed/)).toBeVisible();
  await expectAccessible(page);

  await page
    .getByRole('list', { name: 'Last builds' })
    .getByRole('link')
    .last()
    .click();
  await expectStatus(page, 'Completed');
});

test('the menu and the links of a component lead to the dialog that builds it', async ({
  page,
}) => {
  await page.goto(COMPONENT);
  await page.getByRole('link', { name: 'Build image' }).click();
  await expect(dialogOf(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialogOf(page)).toBeHidden();

  await page.goto(COMPONENT);
  await page.getByRole('button', { name: 'more' }).click();
  await page.getByRole('menuitem', { name: 'Build image' }).click();
  await expect(dialogOf(page)).toBeVisible();
});

test('who may not build is told why, by keyboard too', async ({ page }) => {
  await denyInPage(page, 'image-factory.build.create');
  await openImagesTab(page, 'multi-stage-site');
  const button = page.getByRole('button', { name: 'Build image' });
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await expect(button).toHaveAccessibleDescription(
    /needs the permission image-factory\.build\.create/,
  );
  await page.getByRole('navigation', { name: 'Content navigation' }).focus();
  for (let stops = 0; stops < 60; stops += 1) {
    if (await button.evaluate(element => element === document.activeElement)) {
      break;
    }
    await page.keyboard.press('Tab');
  }
  await expect(button).toBeFocused();
  await expect(page.getByRole('tooltip')).toContainText(
    'needs the permission image-factory.build.create',
  );
  await page.keyboard.press('Enter');
  await expect(dialogOf(page)).toBeHidden();
  await expectAccessible(page);
});

test('a denied page names the permission that it takes', async ({ page }) => {
  await refuseInPage(page, '/v1/executors', {
    act: 'see executors',
    permission: 'image-factory.executor.read',
  });
  await page.goto('/image-factory/executors');
  await expect(page.getByRole('alert')).toContainText(
    'needs the permission image-factory.executor.read',
  );
  await expectAccessible(page);
});

for (const theme of ['light', 'dark']) {
  for (const width of [1440, 400]) {
    test(`axe finds nothing in the ${theme} theme at a width of ${width}`, async ({
      page,
    }) => {
      await page.addInitScript(id => localStorage.setItem('theme', id), theme);
      await page.setViewportSize({ width, height: 900 });
      await openImagesTab(page, 'multi-stage-site');
      await expect(
        page.getByRole('button', { name: 'Build image' }),
      ).toBeVisible();
      await expectAccessible(page);
      await page.goto(COMPONENT);
      await expect(
        page.getByRole('heading', { name: 'Latest image' }),
      ).toBeVisible();
      await expectAccessible(page);
      await page.goto('/image-factory/builds?status=pending');
      await expect(
        page.getByText('No build matches these filters'),
      ).toBeVisible();
      await expectAccessible(page);
    });
  }
}
