import { test as base } from '@playwright/test';
import { Cluster } from '../../cluster/Cluster';
import { launchOptions } from '../../portal/launchOptions';
import { ClusterPortal } from './ClusterPortal';

/** A component that is built in seconds, */
export const QUICK_SITE = 'cluster-site';
/** and one that prints a line each second, so many of them. */
export const SLOW_SITE = 'slow-cluster-site';
export const SLOW_LINES = 40;

/** A test with a real portal that builds on the real cluster. */
export const test = base.extend<{ baseURL: string }, { world: ClusterPortal }>({
  launchOptions: [launchOptions, { scope: 'worker' }],
  world: [
    async ({}, use) => {
      const world = await ClusterPortal.create(await Cluster.open());
      const from = `FROM ${world.cluster.local.images.busybox}`;
      await world.addComponent(QUICK_SITE, {
        Dockerfile: `${from}\nCOPY index.html /www/\nRUN echo built in a pod\n`,
        'index.html': '<p>hello</p>\n',
      });
      await world.addComponent(SLOW_SITE, {
        Dockerfile: `${from}\nRUN seq 1 ${SLOW_LINES} | while read n; do echo tick $n; sleep 1; done\n`,
      });
      try {
        await world.start();
        await use(world);
      } finally {
        await world.dispose();
      }
    },
    { scope: 'worker', timeout: 300_000 },
  ],
  baseURL: ({ world }, use) => use(world.portal.url),
});

export { expect } from '@playwright/test';
