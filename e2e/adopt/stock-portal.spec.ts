import { expect, test } from '@playwright/test';
import { expectStatus, fact, region, startBuild } from '../portal/pages';

test('a stock portal builds an image once Image Factory is added to it', async ({
  page,
}) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Enter' }).click();
  await page.goto('/catalog/default/component/hello-site');
  await page.getByRole('link', { name: 'Images' }).click();
  await startBuild(page);
  await expectStatus(page, 'Completed');
  expect(await fact(region(page, 'Result'), 'Digest')).toMatch(
    /^sha256:[0-9a-f]{64}/,
  );
  await page.goto('/image-factory/builds');
  await expect(page.getByText('hello-site').first()).toBeVisible();
});
