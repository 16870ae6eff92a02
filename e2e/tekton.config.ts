import { defineConfig } from '@playwright/test';

/** Real builds on the real cluster that `npm run cluster -- up` has brought up. */
export default defineConfig({
  testDir: './tekton',
  outputDir: './results/tekton',
  use: {
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
  },
  // The cluster, its nodes and the portals share the machine.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  timeout: 180_000,
  // The cluster's daemons, the nodes and a browser share the machine; what passes only then is named in the summary.
  retries: 1,
  expect: { timeout: 60_000 },
});
