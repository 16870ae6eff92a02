import { playwrightTests } from './playwrightTests.mjs';

/** Walks through the real portal with a real browser. */
export async function browserTests(environment) {
  return playwrightTests({
    name: 'browser journeys (Playwright)',
    config: 'e2e/playwright.config.ts',
    environment,
  });
}
