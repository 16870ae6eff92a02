import { defineConfig } from '@playwright/test';
import { CrashOptions } from './crash/support/test';

/** Real portals that are killed and starved, on both databases; no browser. */
export default defineConfig<{}, CrashOptions>({
  testDir: './crash',
  outputDir: './results/crash',
  // A portal and its builds use the whole machine.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  timeout: 240_000,
  expect: { timeout: 60_000 },
  projects: [
    {
      name: 'sqlite',
      testMatch: ['each/*.spec.ts', 'sqlite/*.spec.ts'],
      use: { database: 'sqlite' },
    },
    {
      name: 'postgres',
      testMatch: ['each/*.spec.ts', 'postgres/*.spec.ts'],
      use: { database: 'postgres' },
    },
    // What `npm test` has the time for.
    {
      name: 'short',
      testMatch: ['short/*.spec.ts'],
      // The whole suite repeats nothing; beside all other tests, a busy machine may.
      retries: 1,
      use: { database: 'sqlite' },
    },
  ],
});
