import { expect, test } from '@playwright/test';
import { buildImage, openComponent } from './buildImage';

test('a stock portal on the classic frontend system builds an image once Image Factory is added to it', async ({
  page,
}) => {
  await buildImage(page, page.getByRole('tab', { name: 'Images' }));
});

test('the menu of a component in the classic frontend system leads to a build', async ({
  page,
}) => {
  await openComponent(page);
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Build image' }).click();
  await expect(page.getByRole('dialog', { name: 'Build image' })).toBeVisible();
});
