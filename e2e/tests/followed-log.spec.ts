import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Page, chromium, expect, test } from '@playwright/test';
import { CuttingProxy } from '../portal/CuttingProxy';
import { GatedSource } from '../portal/GatedSource';
import { Portal } from '../portal/Portal';
import { launchOptions } from '../portal/launchOptions';
import { expectStatus } from '../portal/pages';

const GATES = 6;

type Build = { id: string };
type Range = { text: string; complete: boolean };

test('two browsers follow the log of one build through a network that cuts their connections, and show each line once', async () => {
  test.setTimeout(300_000);
  const sources = mkdtempSync(join(tmpdir(), 'image-factory-sources-'));
  const source = await GatedSource.start(join(sources, 'gated-site'), {
    name: 'gated-site',
    gates: GATES,
  });
  const portal = await Portal.start({ sources });
  const { hostname, port } = new URL(portal.url);
  const proxy = await CuttingProxy.start(Number(port));
  const browser = await chromium.launch({
    ...launchOptions,
    args: [
      ...launchOptions.args,
      // The portal by its own address, but through the proxy.
      `--host-resolver-rules=MAP ${hostname}:${port} 127.0.0.1:${proxy.port}`,
    ],
  });
  try {
    const request = { entityRef: 'component:default/gated-site' };
    let build: Build | undefined;
    await expect(async () => {
      build = await portal.api<Build>('/v1/builds', request);
    }).toPass();
    const pages: Page[] = [];
    for (let count = 0; count < 2; count += 1) {
      const context = await browser.newContext({ baseURL: portal.url });
      const page = await context.newPage();
      await page.goto(`/image-factory/builds/${build!.id}`);
      await expect(log(page)).toBeVisible();
      pages.push(page);
    }

    proxy.startCutting();
    for (let gate = 1; gate <= GATES; gate += 1) {
      for (const page of pages) {
        await expect(
          log(page).getByText(source.lastLineBefore(gate)),
        ).toBeVisible({ timeout: 60_000 });
      }
      source.open(gate);
    }
    proxy.stopCutting();
    expect(proxy.cuts).toBeGreaterThan(GATES);
    for (const page of pages) {
      await expectStatus(page, 'Completed');
    }

    // Through no proxy: what the backend has.
    const whole = await portal.api<Range>(
      `/v1/builds/${build!.id}/logs?step=build-image&maxBytes=1048576`,
    );
    expect(whole.complete).toBe(true);
    const expected = whole.text.replace(/\n$/, '').split('\n');
    expect(expected.length).toBeGreaterThan(GATES * 60);
    for (const page of pages) {
      await page.getByRole('button', { name: /build-image/ }).click();
      await expect(page.getByText(`${expected.length} lines`)).toBeVisible();
      expect(await readLines(page)).toEqual(expected);
    }
  } finally {
    await browser.close();
    await proxy.stop();
    await portal.stop();
    await source.stop();
    rmSync(sources, { recursive: true, force: true });
  }
});

function log(page: Page) {
  return page.getByRole('log', { name: 'Log of build-image' });
}

/** Every line that the page shows, in its order: of a long log only those in view are there, so it is scrolled from its beginning to its end. */
async function readLines(page: Page): Promise<string[]> {
  return log(page).evaluate(async scroller => {
    const lines: string[] = [];
    const painted = () =>
      new Promise<void>(resolve => {
        requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
      });
    for (let top = 0; ; top += scroller.clientHeight / 2) {
      scroller.scrollTop = top;
      await painted();
      for (const number of scroller.querySelectorAll('[aria-hidden="true"]')) {
        const text = number.parentElement?.lastElementChild?.textContent;
        lines[Number(number.textContent) - 1] = text ?? '';
      }
      if (top > scroller.scrollHeight) return lines;
    }
  });
}
