import { test as base } from '@playwright/test';
import { Cluster } from '../../../cluster/Cluster';
import { AttackedPortal } from './AttackedPortal';
import { hostilePortal } from './hostilePortal';

/** A test with a real portal whose catalog and repository are full of what should do nothing. */
export const test = base.extend<object, { portal: AttackedPortal }>({
  portal: [
    async ({}, use) => {
      const portal = await hostilePortal(await Cluster.open());
      try {
        await use(portal);
      } finally {
        await portal.dispose();
      }
    },
    { scope: 'worker', timeout: 300_000 },
  ],
});

export { expect } from '@playwright/test';
