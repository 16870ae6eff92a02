import { type Page } from '@playwright/test';
import { expectAccessible } from '../portal/expectAccessible';
import { expectStatus, openImagesTab, startBuild } from '../portal/pages';
import { denyInPage, refuseInPage } from '../portal/permissions';
import { SITE_OF_OTHERS, expect, test } from '../portal/test';

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

/** Held back, and within reach of the keyboard, with the reason. */
async function expectHeldBack(page: Page, reason: string) {
  const button = page.getByRole('button', { name: 'Build image' });
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await expect(button).toHaveAccessibleDescription(reason);
  await page.getByRole('navigation', { name: 'Content navigation' }).focus();
  for (let stops = 0; stops < 60; stops += 1) {
    if (await button.evaluate(element => element === document.activeElement)) {
      break;
    }
    await page.keyboard.press('Tab');
  }
  await expect(button).toBeFocused();
  await expect(page.getByText(reason, { exact: true })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(dialogOf(page)).toBeHidden();
  await expectAccessible(page);
}

test('who may not build is told why, by keyboard too', async ({ page }) => {
  await denyInPage(page, 'image-factory.build.create');
  await openImagesTab(page, 'multi-stage-site');
  await expectHeldBack(
    page,
    'This needs the permission image-factory.build.create, and the portal’s policy does not grant it to you here. Ask a portal admin for it.',
  );
});

test('who does not belong to the owner of a component is told so wherever a build is offered, before the backend refuses it', async ({
  page,
  portal,
}) => {
  const entityRef = `component:default/${SITE_OF_OTHERS}`;
  const reason = `Builds of ${entityRef} are accounted to group:default/payments, and you do not belong to it. Ask one of its members to do it; or become a member in the catalog, and sign in again.`;
  await expect(async () => {
    // The catalog has read its files.
    await portal.api(`/v1/build-eligibility?entityRef=${entityRef}`);
  }).toPass();
  await expect(portal.api('/v1/builds', { entityRef })).rejects.toThrow(reason);

  const asked: string[] = [];
  page.on('request', request => {
    if (request.url().includes('/v1/build-eligibility')) {
      asked.push(request.url());
    }
  });
  await page.goto(`/catalog/default/component/${SITE_OF_OTHERS}`);
  await expect(page.getByText(reason)).toBeVisible();
  await expect(
    page.getByRole('link', { name: 'Build the first image' }),
  ).toBeHidden();
  await expect(page.getByTitle(reason)).toBeVisible();
  await page.getByRole('button', { name: 'more' }).click();
  await expect(
    page.getByRole('menuitem', {
      name: 'Build image (needs membership in group:default/payments)',
    }),
  ).toHaveAttribute('aria-disabled', 'true');
  await page.keyboard.press('Escape');
  // The card, the link and the menu have asked together.
  expect(asked).toHaveLength(1);

  await openImagesTab(page, SITE_OF_OTHERS);
  await expectHeldBack(page, reason);
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
