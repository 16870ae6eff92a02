import AxeBuilder from '@axe-core/playwright';
import { type Page, expect } from '@playwright/test';

/** Backstage's own parts, which are not ours to mend: its sidebar, wide and narrow, its tabs, its avatars. */
const BACKSTAGE = [
  '[aria-label="sidebar nav"]',
  '.MuiBottomNavigation-root',
  // Those of a build are ours.
  '[role="tablist"]:not([aria-label="Views of this build"])',
  '[role="img"]',
];

/** Contrasts were once found wanting in the middle of a transition. */
const TRANSITIONS_MS = 500;

/** Axe finds nothing in our pages that WCAG 2.1 AA forbids. */
export async function expectAccessible(page: Page) {
  // Colours that are on their way to others are none that anybody has to read.
  await page.waitForTimeout(TRANSITIONS_MS);
  const axe = new AxeBuilder({ page }).withTags([
    'wcag2a',
    'wcag2aa',
    'wcag21a',
    'wcag21aa',
  ]);
  BACKSTAGE.forEach(selector => axe.exclude(selector));
  const { violations } = await axe.analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(node => node.html).join(' | ')}`,
  );
  expect(found).toEqual([]);
}
