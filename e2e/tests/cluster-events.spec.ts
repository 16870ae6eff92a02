import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClusterEventSnapshot } from '@image-factory/backstage-plugin-image-factory-node';
import { type Page, expect, test } from '@playwright/test';
import { expectAccessible } from '../portal/expectAccessible';
import { Portal } from '../portal/Portal';
import { region } from '../portal/pages';
import { storeBuild } from '../portal/storeBuild';

const POD = `docker-${'1f0c2a64'.repeat(4)}-1-build-pod`;

function event(
  key: string,
  change: Partial<ClusterEventSnapshot>,
): ClusterEventSnapshot {
  return {
    key,
    type: 'Normal',
    object: { kind: 'Pod', name: POD },
    reason: 'Scheduled',
    message: `Successfully assigned builds-guests/${POD} to worker-1`,
    count: 1,
    firstSeenAt: '2026-01-02T03:04:05.000Z',
    lastSeenAt: '2026-01-02T03:04:05.000Z',
    ...change,
  };
}

test.describe('what a cluster has told of a build', () => {
  let portal: Portal;
  let folder: string;
  let address: string;

  test.beforeAll(async () => {
    test.setTimeout(240_000);
    folder = mkdtempSync(join(tmpdir(), 'image-factory-events-'));
    const dataDirectory = join(folder, 'data');
    const id = await storeBuild({
      dataDirectory,
      executor: 'eu-1',
      steps: [{ name: 'build-image', log: Buffer.from('done\n') }],
      further: [
        event('1', {}),
        event('2', {
          type: 'Warning',
          reason: 'FailedMount',
          message:
            'MountVolume.SetUp failed for volume "registry-login": secret "registry-login" not found',
          count: 12,
          lastSeenAt: '2026-01-02T03:09:05.000Z',
        }),
      ].map(each => ({ type: 'cluster-event', event: each })),
    });
    portal = await Portal.start({ sources: folder, dataDirectory });
    address = `${portal.url}/image-factory/builds/${id}?view=events`;
  });

  test.afterAll(async () => {
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function expectReadable(page: Page, theme: string, width: number) {
    await page.addInitScript(id => localStorage.setItem('theme', id), theme);
    await page.setViewportSize({ width, height: 900 });
    await page.goto(address);
    const row = region(page, 'Cluster events')
      .getByRole('row')
      .filter({ hasText: 'FailedMount' });
    await expect(row).toContainText('Warning');
    await expect(row).toContainText(POD);
    await expect(row).toContainText('secret "registry-login" not found');
    await expect(row).toContainText('12');
    await expect(row.getByRole('time')).toHaveCount(2);
    await expectAccessible(page);
    const isTooWide = await page.evaluate(
      () =>
        document.documentElement.scrollWidth >
        document.documentElement.clientWidth,
    );
    expect(isTooWide).toBe(false);
  }

  for (const theme of ['light', 'dark']) {
    for (const width of [1440, 400]) {
      test(`is read, and axe finds nothing, in the ${theme} theme at a width of ${width}`, ({
        page,
      }) => expectReadable(page, theme, width));
    }
  }
});
