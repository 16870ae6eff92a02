import { test as base } from '@playwright/test';
import { type DatabaseKind, Place } from './Place';

export type CrashOptions = { database: DatabaseKind };

/** A test at a place of portals; after one that fails the next test gets a new place. */
export const test = base.extend<
  { evidence: void },
  CrashOptions & { place: Place }
>({
  database: ['sqlite', { option: true, scope: 'worker' }],
  place: [
    async ({ database }, use) => {
      const place = await Place.create({ kind: database });
      await use(place);
      await place.remove();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  evidence: [
    async ({ place }, use, testInfo) => {
      await use();
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach('output of the portals', {
          body: place.output,
          contentType: 'text/plain',
        });
      }
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';
