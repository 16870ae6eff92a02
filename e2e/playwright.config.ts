import { defineConfig } from '@playwright/test';
import { launchOptions } from './portal/launchOptions';

export default defineConfig({
  testDir: './tests',
  outputDir: './results/tests',
  // The journeys share one portal and its queue.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  timeout: 120_000,
  // A busy machine can starve a journey; what passes only then is named in the summary.
  retries: 1,
  expect: { timeout: 30_000 },
  use: {
    launchOptions,
    viewport: { width: 1440, height: 900 },
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
});
