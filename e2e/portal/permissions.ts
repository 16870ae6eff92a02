import { type Page } from '@playwright/test';

/** Has the page be told that the portal's policy denies a permission; the backend goes on allowing it. */
export async function denyInPage(page: Page, permission: string) {
  await page.route('**/api/permission/authorize', async route => {
    const { items } = route.request().postDataJSON() as {
      items: { id: string; permission: { name: string } }[];
    };
    await route.fulfill({
      json: {
        items: items.map(item => ({
          id: item.id,
          result: item.permission.name === permission ? 'DENY' : 'ALLOW',
        })),
      },
    });
  });
}

/** Has the backend's answers to a path be the refusal that a policy brings about. */
export async function refuseInPage(
  page: Page,
  path: string,
  refusal: { act: string; permission: string },
) {
  await page.route(`**/api/image-factory${path}`, route =>
    route.fulfill({
      status: 403,
      json: {
        error: {
          name: 'NotAllowedError',
          message: `You may not ${refusal.act}: that needs the permission ${refusal.permission}, and the portal's policy does not grant it to you here. Ask a portal admin for it.`,
        },
        response: { statusCode: 403 },
      },
    }),
  );
}
