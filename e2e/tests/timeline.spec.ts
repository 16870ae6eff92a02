import { type Page } from '@playwright/test';
import { expectAccessible } from '../portal/expectAccessible';
import {
  expectStatus,
  openImagesTab,
  region,
  startBuild,
} from '../portal/pages';
import { expect, test } from '../portal/test';

const STEPS = ['clone-repo', 'build-image', 'push-image'];

test('the timeline of a build grows while it runs, and its graph leads to the logs', async ({
  page,
  slowSource,
}) => {
  await openImagesTab(page, 'slow-site');
  await startBuild(page);
  await slowSource.isWaitedFor();
  await page.getByRole('tab', { name: 'Timeline' }).click();
  const running = row(page, 'build-image');
  await expect(running).toContainText('Running');
  const took = running.getByRole('cell').nth(1);
  const before = await took.innerText();
  await expect(took).not.toHaveText(before);
  await expect(row(page, 'push-image')).toContainText('Not started');
  await expectAccessible(page);

  slowSource.finish();
  await expectStatus(page, 'Completed');
  // Whoever comes next waits again.
  slowSource.hold();
  for (const step of STEPS) {
    await expect(row(page, step)).toContainText('Completed');
  }
  await expect(row(page, 'Queued')).toBeVisible();
  const places = await Promise.all(
    STEPS.map(async step => {
      const bar = row(page, step).locator('[title]').last();
      return (await bar.boundingBox())!;
    }),
  );
  for (const [index, place] of places.slice(1).entries()) {
    // One step begins where the one before it ends.
    expect(place.x).toBeGreaterThanOrEqual(places[index].x);
  }

  await page.getByRole('tab', { name: 'Graph' }).click();
  const graph = region(page, 'Graph');
  await expect(graph.getByRole('link')).toHaveText(
    STEPS.map(step => new RegExp(step)),
  );
  await expectAccessible(page);
  await page.getByRole('tab', { name: /^Artifacts/ }).click();
  await expect(
    region(page, 'Artifacts').getByRole('link', { name: /^Download Image/ }),
  ).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('tab', { name: /^Vulnerabilities/ }).click();
  await expect(region(page, 'Vulnerabilities')).toContainText('Not scanned');
  await expectAccessible(page);

  await page.goBack();
  await page.goBack();
  await graph.getByRole('link', { name: 'build-image' }).press('Enter');
  await expect(
    page.getByRole('log', { name: 'Log of build-image' }),
  ).toBeVisible();
});

function row(page: Page, name: string) {
  return region(page, 'Timeline')
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name }) });
}
