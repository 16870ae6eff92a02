import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base } from '@playwright/test';
import { Portal } from './Portal';
import { SlowSource } from './SlowSource';
import { writeComponent } from './writeComponent';

/** A component that the guest sees and does not own. */
export const SITE_OF_OTHERS = 'site-of-others';

/** What a worker has while it runs tests. */
export interface WorkerFixtures {
  sources: string;
  slowSource: SlowSource;
  portal: Portal;
}

/** A test with the real portal running; one portal serves all tests of a worker. */
export const test = base.extend<{ baseURL: string }, WorkerFixtures>({
  sources: [
    async ({}, use) => {
      const folder = mkdtempSync(join(tmpdir(), 'image-factory-sources-'));
      writeComponent(join(folder, SITE_OF_OTHERS), SITE_OF_OTHERS, {
        owner: 'group:default/payments',
      });
      await use(folder);
      rmSync(folder, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
  slowSource: [
    async ({ sources }, use) => {
      const source = await SlowSource.start(join(sources, 'slow-site'));
      await use(source);
      await source.stop();
    },
    { scope: 'worker' },
  ],
  portal: [
    // The slow source comes first, so that the catalog finds it.
    async ({ sources, slowSource: _ }, use) => {
      const portal = await Portal.start({ sources });
      await use(portal);
      await portal.stop();
    },
    { scope: 'worker', timeout: 240_000 },
  ],
  baseURL: ({ portal }, use) => use(portal.url),
  page: async ({ page, portal }, use, testInfo) => {
    const before = portal.output.length;
    await use(page);
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('portal output', {
        body: portal.output.slice(before),
        contentType: 'text/plain',
      });
    }
  },
});

export { expect } from '@playwright/test';
