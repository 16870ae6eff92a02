import { ClassicApp } from './ClassicApp';
import { test as base } from './test';

/** A test of the dev app of the plugin, in the classic frontend system on the portal's backend. */
export const test = base.extend<{}, { classicApp: ClassicApp }>({
  classicApp: [
    async ({ portal }, use) => {
      const app = await ClassicApp.start({ backendUrl: portal.url });
      await use(app);
      await app.stop();
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  baseURL: ({ classicApp }, use) => use(classicApp.url),
  page: async ({ page }, use) => {
    // The dev server tells its pages to reload when a source changes.
    await page.routeWebSocket(/\/ws$/, () => undefined);
    await use(page);
  },
});
