import { defineConfig } from '@playwright/test';
import config from './playwright.config';

/** Pictures of the pages for people to look at; nothing is compared. */
export default defineConfig(config, {
  testDir: './screenshots',
  outputDir: './results/screenshots-tests',
  use: { trace: 'off', screenshot: 'off' },
});
