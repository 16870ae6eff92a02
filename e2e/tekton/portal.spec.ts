import { type Locator, type Page } from '@playwright/test';
import { Build } from '@image-factory/backstage-plugin-image-factory-common';
import {
  expectStatus,
  fact,
  openImagesTab,
  region,
  startBuild,
} from '../portal/pages';
import { ClusterPortal } from './support/ClusterPortal';
import {
  QUICK_SITE,
  SLOW_LINES,
  SLOW_SITE,
  expect,
  test,
} from './support/portalTest';
import { inspectPushed } from './support/registry';

test(
  'builds an image from the button on a component, and keeps the log when the pod is gone',
  { tag: '@ci' },
  async ({ page, world }) => {
    await openImagesTab(page, QUICK_SITE);
    await startBuild(page);
    await expectStatus(page, 'Completed');
    const digest = await fact(region(page, 'Result'), 'Digest');
    const { items } = await world.portal.api<{ items: Build[] }>(
      `/v1/builds?entityRef=component:default/${QUICK_SITE}`,
    );
    const { registry } = world.cluster.local;
    const { Digest } = await inspectPushed(registry, items[0].image);
    expect(digest).toContain(Digest);

    await expectPlaces(page, world);

    await world.cluster.kubectl.run([
      'delete',
      'pipelineruns',
      `--namespace=${world.namespace}`,
      `--selector=image-factory.io/build=${items[0].id}`,
      '--wait=true',
    ]);
    await page.goto(`/image-factory/builds/${items[0].id}?step=build-image`);
    await expect(stepLog(page)).toContainText('built in a pod');
  },
);

test('cancels a build in its pod, and keeps what it has printed', async ({
  page,
}) => {
  await openImagesTab(page, SLOW_SITE);
  await startBuild(page);
  await expect(stepLog(page)).toContainText('tick 2');
  await page.getByRole('button', { name: 'Cancel build' }).click();
  const dialog = page.getByRole('dialog', { name: 'Cancel this build?' });
  await dialog.getByRole('button', { name: 'Cancel build' }).click();
  await expectStatus(page, 'Cancelled');
  await expect(stepLog(page)).toContainText('tick 2');
});

test('goes on with a build whose portal was killed, in the same attempt, without losing or repeating a line', async ({
  world,
}) => {
  const { id } = await world.submit(SLOW_SITE);
  await expect.poll(() => logOf(world, id)).toContain('tick 5\n');
  await world.portal.kill();
  await world.start();
  await expect
    .poll(async () => (await buildOf(world, id)).status, { timeout: 120_000 })
    .toBe('completed');
  expect(await buildOf(world, id)).toMatchObject({ attempt: 1 });
  const ticks = [...(await logOf(world, id)).matchAll(/^tick (\d+)$/gm)];
  expect(ticks.map(([, tick]) => Number(tick))).toEqual(
    Array.from({ length: SLOW_LINES }, (_, index) => index + 1),
  );
});

/** The page tells where the build ran, as a graph, and leads to the tools that the operator has named. */
async function expectPlaces(page: Page, world: ClusterPortal) {
  const run = region(page, 'PipelineRun').getByRole('link', { name: /^Runs/ });
  await expect(run).toHaveAttribute(
    'href',
    new RegExp(`^https://runs\\.example\\.com/#/${world.namespace}/docker-`),
  );
  const pod = page.getByRole('link', { name: /^Pods/ });
  await expect(pod).toHaveAttribute('href', /\?pod=docker-.+&node=node-/);

  await page.getByRole('tab', { name: 'Timeline' }).click();
  const timeline = region(page, 'Timeline');
  for (const row of ['Queued', 'clone-repo', 'build-image', 'push-image']) {
    await expect(timeline.getByRole('rowheader', { name: row })).toBeVisible();
  }
  await page.getByRole('tab', { name: 'Graph' }).click();
  const task = region(page, 'Graph').getByRole('listitem').first();
  await expect(task).toContainText(/^build.*docker-.+ on node-/);
}

/** There are others on the page, without a name, for what is announced. */
function stepLog(page: Page): Locator {
  return page.getByRole('log', { name: /build-image/ });
}

function buildOf(world: ClusterPortal, id: string): Promise<Build> {
  return world.portal.api(`/v1/builds/${id}`);
}

async function logOf(world: ClusterPortal, id: string): Promise<string> {
  const { text } = await world.portal
    .api<{ text: string }>(`/v1/builds/${id}/logs?step=build-image`)
    // The step is yet to come.
    .catch(() => ({ text: '' }));
  return text;
}
