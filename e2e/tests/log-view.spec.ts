import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Browser,
  type Page,
  chromium,
  expect,
  test,
} from '@playwright/test';
import { Portal } from '../portal/Portal';
import { expectAccessible } from '../portal/expectAccessible';
import { launchOptions } from '../portal/launchOptions';
import { storeBuild } from '../portal/storeBuild';

const LINES = 200_000;
const NEEDLE_LINE = 150_000;
const ESC = '\u001b';

/** A short log with all that a tool may print, as Buildah runs it. */
const COLOURED = [
  'STEP 1/2: FROM scratch',
  `pulling ${ESC}[32mdone${ESC}[0m`,
  'STEP 2/2: RUN test',
  `::group::Colours`,
  ...Array.from(
    { length: 16 },
    (_, row) =>
      `${Array.from(
        { length: 16 },
        (__, column) => `${ESC}[38;5;${row * 16 + column}mtext `,
      ).join('')}${ESC}[0m`,
  ),
  `${ESC}[48;2;255;136;0mtrue colour${ESC}[0m ${ESC}[1;3;4;7mall at once${ESC}[0m`,
  '::endgroup::',
  'see https://example.com/help, or javascript:alert(1)',
];

function hugeLog(): Buffer {
  const lines = Array.from({ length: LINES }, (_, index) =>
    index + 1 === NEEDLE_LINE
      ? 'here is the needle'
      : `compiling ${index + 1} of ${LINES}`,
  );
  return Buffer.from(`${lines.join('\n')}\n`);
}

test.describe('the log of a build', () => {
  let folder: string;
  let portal: Portal;
  let browser: Browser;
  let page: Page;
  let address: string;

  test.beforeAll(async () => {
    test.setTimeout(240_000);
    folder = mkdtempSync(join(tmpdir(), 'image-factory-log-view-'));
    const id = await storeBuild({
      dataDirectory: folder,
      steps: [
        { name: 'coloured', log: Buffer.from(`${COLOURED.join('\n')}\n`) },
        { name: 'huge', log: hugeLog() },
      ],
    });
    address = `/image-factory/builds/${id}`;
    const sources = join(folder, 'sources');
    mkdirSync(sources);
    portal = await Portal.start({ sources, dataDirectory: folder });
    browser = await chromium.launch(launchOptions);
  });

  test.afterAll(async () => {
    await browser?.close();
    await portal?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.beforeEach(async () => {
    const context = await browser.newContext({
      baseURL: portal.url,
      viewport: { width: 1440, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    page = await context.newPage();
  });

  test.afterEach(async () => {
    await page.context().close();
  });

  function log() {
    return page.getByRole('log');
  }

  function line(number: number) {
    return log().locator(`[data-line="${number}"]`);
  }

  function search() {
    return page.getByRole('searchbox', { name: /^Search this log/ });
  }

  test('a long one opens at once, and shows any part of it that is scrolled to', async () => {
    await page.goto(`${address}?step=huge`);
    await expect(line(1)).toContainText('compiling 1 of');
    await expect(page.getByText('200,000 lines')).toBeVisible();
    await log().evaluate(element => {
      element.scrollTop = element.scrollHeight / 2;
    });
    await expect(line(LINES / 2)).toContainText(`compiling ${LINES / 2} of`);
    await page.getByRole('button', { name: 'Go to the end' }).click();
    await expect(line(LINES)).toContainText(`compiling ${LINES} of`);
    expect(await log().locator('[data-line]').count()).toBeLessThan(200);
  });

  test('a search finds what the page has not loaded, by keyboard alone', async () => {
    await page.goto(`${address}?step=huge`);
    await expect(line(1)).toBeVisible();
    await log().focus();
    await page.keyboard.press('/');
    await expect(search()).toBeFocused();
    await page.keyboard.type('NEEDLE');
    await expect(page.getByText('1 of 1')).toBeVisible();
    await expect(line(NEEDLE_LINE).locator('mark')).toHaveText('needle');
    await expect(line(NEEDLE_LINE)).toBeInViewport();
    await page.keyboard.press('Escape');
    await expect(log()).toBeFocused();
    await expect(line(NEEDLE_LINE)).toBeInViewport();
  });

  test('lines have an address that others open', async () => {
    await page.goto(`${address}?step=huge`);
    await search().fill(':120000');
    await search().press('Enter');
    await line(120_000).locator('a').first().click();
    await line(120_003)
      .locator('a')
      .first()
      .click({ modifiers: ['Shift'] });
    await expect(page).toHaveURL(/\?step=huge&attempt=1#L120000-L120003$/);
    await page.getByRole('button', { name: 'Copy lines' }).click();
    await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      [0, 1, 2, 3]
        .map(more => `compiling ${120_000 + more} of ${LINES}`)
        .join('\n'),
    );

    const other = await page.context().newPage();
    await other.goto(page.url());
    const first = other.getByRole('log').locator('[data-line="120000"]');
    await expect(first).toContainText('compiling 120000 of');
    await expect(first).toBeInViewport();
    await expect(first).toHaveAttribute('data-selected', 'true');
  });

  test('selected text is copied without its numbers', async () => {
    await page.goto(`${address}?step=coloured`);
    await expect(line(2)).toBeVisible();
    const from = await line(1).locator('[data-text]').boundingBox();
    const to = await line(3).locator('[data-text]').boundingBox();
    await page.mouse.move(from!.x + 1, from!.y + 10);
    await page.mouse.down();
    await page.mouse.move(to!.x + to!.width + 200, to!.y + 10);
    await page.mouse.up();
    await page.keyboard.press('ControlOrMeta+c');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      'STEP 1/2: FROM scratch\npulling done\nSTEP 2/2: RUN test',
    );
  });

  test('groups fold, long lines wrap, and only web addresses are links', async () => {
    await page.goto(`${address}?step=coloured`);
    const group = page.getByRole('button', { name: 'Lines below line 4' });
    await group.focus();
    await page.keyboard.press('Enter');
    await expect(group).toHaveAttribute('aria-expanded', 'false');
    await expect(line(5)).toHaveCount(0);
    await expect(line(23)).toBeVisible();
    await page.keyboard.press('Enter');
    await expect(line(5)).toBeVisible();

    await page.setViewportSize({ width: 480, height: 900 });
    await page.getByRole('button', { name: 'Wrap' }).click();
    const box = await line(5).boundingBox();
    expect(box!.height).toBeGreaterThan(20);
    expect(
      await log().evaluate(each => each.scrollWidth - each.clientWidth),
    ).toBeLessThanOrEqual(1);

    const links = log().getByRole('link');
    await expect(links).toHaveCount(1);
    await expect(links).toHaveAttribute('href', 'https://example.com/help');
    await expect(links).toHaveAttribute('rel', /noopener/);
  });

  test('axe finds nothing, in all 256 colours and while searching', async () => {
    // The log has the same colours in both themes.
    await page.goto(`${address}?step=coloured&attempt=1#L2-L3`);
    await page.getByRole('button', { name: 'Times' }).click();
    await search().fill('text');
    await expect(page.getByText('1 of 16')).toBeVisible();
    await expectAccessible(page);
  });
});
