import { defineConfig } from '@playwright/test';
import config from './playwright.config';

/** A stock portal that Image Factory was added to; `npm run test:adopt` makes and starts it. */
export default defineConfig(config, {
  testDir: './adopt',
  outputDir: './results/adopt',
  retries: 0,
  use: { baseURL: process.env.STOCK_PORTAL_URL },
});
