import { test } from '@playwright/test';
import { buildImage } from './buildImage';

test('a stock portal builds an image once Image Factory is added to it', async ({
  page,
}) => {
  await buildImage(page, page.getByRole('link', { name: 'Images' }));
});
