import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page, expect, test } from '@playwright/test';
import { ClassicApp } from '../portal/ClassicApp';
import { expectAccessible } from '../portal/expectAccessible';
import { Portal } from '../portal/Portal';
import { region } from '../portal/pages';
import { storeBuild } from '../portal/storeBuild';
import { lostRun, stoppedRun } from '../portal/stoppedBuild';

const SYSTEMS = ['new', 'classic'] as const;
const THEMES = ['light', 'dark'];
const WIDTHS = [1440, 400];

/** Each view, and what is there once it is whole. */
const VIEWS: [name: string, isThere: (page: Page) => Promise<void>][] = [
  [
    'run',
    async page => {
      const story = region(page, 'What happened');
      await expect(story).toContainText('It keeps off worker-1.');
      await expect(story).toContainText('It ran on worker-2 (eu-1)');
      await expect(region(page, 'Steps')).toContainText('scan-image');
      await expect(page.getByRole('log')).toContainText('2 found');
    },
  ],
  [
    'timeline',
    async page =>
      expect(
        region(page, 'Timeline').getByRole('rowheader', { name: 'scan-image' }),
      ).toHaveCount(2),
  ],
  [
    'graph',
    async page => expect(region(page, 'Graph')).toContainText('on worker-2'),
  ],
  [
    'events',
    async page =>
      expect(region(page, 'Cluster events')).toContainText('FailedMount'),
  ],
  [
    'vulnerabilities',
    async page => {
      const found = region(page, 'Vulnerabilities');
      await expect(found).toContainText('The image was not pushed: 1 of these');
      await expect(found.getByRole('row')).toHaveCount(4);
      await expect(found.getByText('Stops the image')).toBeVisible();
    },
  ],
  [
    'artifacts',
    async page =>
      expect(region(page, 'Artifacts')).toContainText(
        'Vulnerability report (Trivy)',
      ),
  ],
];

test.describe('a build that its scan has stopped in its second attempt', () => {
  let folder: string;
  let portal: Portal;
  let classicApp: ClassicApp;
  let path: string;

  // Six pages, each looked through by axe.
  test.describe.configure({ timeout: 240_000 });

  test.beforeAll(async () => {
    test.setTimeout(420_000);
    folder = mkdtempSync(join(tmpdir(), 'image-factory-checked-'));
    const dataDirectory = join(folder, 'data');
    const id = await storeBuild({
      dataDirectory,
      before: [lostRun()],
      ...stoppedRun(),
    });
    portal = await Portal.start({ sources: folder, dataDirectory });
    classicApp = await ClassicApp.start({ backendUrl: portal.url });
    path = `/image-factory/builds/${id}`;
  });

  test.afterAll(async () => {
    await classicApp?.stop();
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function expectAccessibleViews(
    page: Page,
    shown: { system: 'new' | 'classic'; theme: string; width: number },
  ) {
    const app = shown.system === 'new' ? portal : classicApp;
    // The dev server tells its pages to reload when a source changes.
    await page.routeWebSocket(/\/ws$/, () => undefined);
    await page.addInitScript(
      id => localStorage.setItem('theme', id),
      shown.theme,
    );
    await page.setViewportSize({ width: shown.width, height: 900 });
    for (const [view, isThere] of VIEWS) {
      await page.goto(`${app.url}${path}?view=${view}`);
      await isThere(page);
      await expectAccessible(page);
      await expectNoWiderThanScreen(page);
    }
  }

  for (const system of SYSTEMS) {
    for (const theme of THEMES) {
      for (const width of WIDTHS) {
        test(`axe finds nothing in its views in the ${system} system, in the ${theme} theme at a width of ${width}`, ({
          page,
        }) => expectAccessibleViews(page, { system, theme, width }));
      }
    }
  }
});

/** Only what says so scrolls sideways, never the page. */
async function expectNoWiderThanScreen(page: Page) {
  const { needed, there } = await page.evaluate(() => ({
    needed: document.documentElement.scrollWidth,
    there: document.documentElement.clientWidth,
  }));
  expect(needed).toBeLessThanOrEqual(there);
}
