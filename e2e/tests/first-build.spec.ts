import { join } from 'node:path';
import {
  expectStatus,
  fact,
  openImagesTab,
  region,
  startBuild,
} from '../portal/pages';
import { skopeoInspect } from '../portal/skopeoInspect';
import { expect, test } from '../portal/test';

test('a click on Build image gives an image whose archive other tools read', async ({
  page,
}, testInfo) => {
  await openImagesTab(page, 'hello-site');
  await startBuild(page);

  await expectStatus(page, 'Completed');
  const steps = region(page, 'Steps');
  for (const step of ['clone-repo', 'build-image', 'push-image']) {
    await expect(steps.getByRole('button', { name: step })).toBeVisible();
  }
  await steps.getByRole('button', { name: 'build-image' }).click();
  await expect(
    page.getByRole('log', { name: 'Log of build-image' }),
  ).toContainText('FROM scratch');

  const result = region(page, 'Result');
  expect(await fact(result, 'Image')).toContain('hello-site');
  expect(await fact(result, 'Size')).toMatch(/^[\d.,]+\s?\w*B$/);
  expect(await fact(result, 'Duration')).not.toBe('');
  const digest = await fact(result, 'Digest');
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}/);

  expect(await fact(region(page, 'Inputs'), 'Tool')).toContain('buildah');

  const downloading = page.waitForEvent('download');
  await result.getByRole('link', { name: 'Download archive' }).click();
  const download = await downloading;
  const archive = join(testInfo.outputDir, download.suggestedFilename());
  await download.saveAs(archive);

  const asOci = await skopeoInspect('oci-archive', archive);
  expect(digest).toContain(asOci.Digest);
  const asDocker = await skopeoInspect('docker-archive', archive);
  expect(asDocker.Layers).not.toHaveLength(0);
  expect(asDocker.Architecture).toBe(asOci.Architecture);
});

test('the build is found again on the component and on the list of builds', async ({
  page,
}) => {
  await openImagesTab(page, 'hello-site');
  await startBuild(page);
  await expectStatus(page, 'Completed');
  const address = new URL(page.url()).pathname;

  await openImagesTab(page, 'hello-site');
  await expect(page.locator(`a[href="${address}"]`).first()).toBeVisible();
  await page.goto('/image-factory/builds');
  await expect(page.locator(`a[href="${address}"]`).first()).toBeVisible();
});
