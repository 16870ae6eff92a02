import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packPackages } from '../adopt/packPackages.mjs';
import { readSteps } from '../adopt/readSteps.mjs';
import { StockPortal } from '../adopt/StockPortal.mjs';
import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { ROOT } from '../bootstrap/paths.mjs';
import { say } from '../bootstrap/say.mjs';
import { findFreePort } from '../portal/port.mjs';
import { findEngines } from '../tests/engines.mjs';
import { playwrightTests } from '../tests/playwrightTests.mjs';
import { summarize } from '../tests/summary.mjs';

/**
 * `npm run test:adopt`: adds the packed packages to a portal that create-app has
 * just made, by the steps of docs/installing.md, and builds an image in it.
 * `--keep` leaves the portal where it is.
 */
export async function run(argv) {
  const started = Date.now();
  const tools = await bootstrap();
  const folder = mkdtempSync(join(tmpdir(), 'image-factory-adopt-'));
  const portal = new StockPortal(tools, join(folder, 'portal'));
  const steps = readSteps(
    readFileSync(join(ROOT, 'docs/installing.md'), 'utf8'),
  );
  const results = [];
  try {
    const packed = await packPackages(tools, join(folder, 'packages'));
    await portal.create();
    portal.provide(packed);
    await portal.install();
    await portal.follow(steps['The backend'], packed);
    await portal.follow(steps['The frontend'], packed);
    const port = await findFreePort();
    const url = portal.addComponent(port);
    await portal.start(port);
    results.push(
      await playwrightTests({
        name: 'stock portal (Playwright)',
        config: 'e2e/adopt.config.ts',
        environment: { ...tools.environment, STOCK_PORTAL_URL: url },
      }),
    );
  } finally {
    await portal.stop();
    if (argv.includes('--keep')) say(`The portal is in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
  const { buildah, podman, Chromium } = await findEngines({});
  const summary = summarize({
    results,
    engines: { buildah, podman, Chromium },
    started,
  });
  console.log(summary.text);
  return summary.failed === 0 ? 0 : 1;
}
