import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packPackages } from '../adopt/packPackages.mjs';
import { StockPortal } from '../adopt/StockPortal.mjs';
import { variants } from '../adopt/variants.mjs';
import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { Problem } from '../bootstrap/problem.mjs';
import { say } from '../bootstrap/say.mjs';
import { findFreePort } from '../portal/port.mjs';
import { findEngines } from '../tests/engines.mjs';
import { playwrightTests } from '../tests/playwrightTests.mjs';
import { summarize } from '../tests/summary.mjs';

export const help = `npm run test:adopt [-- options]

Adds the packed packages to portals that create-app has just made, and builds in them.

  --only <new|classic>  one frontend system alone
  --keep                leave the portals where they are
`;

export const accepts = { values: ['--only'], flags: ['--keep'] };

/**
 * `npm run test:adopt`: adds the packed packages to portals that create-app has
 * just made, one on each frontend system, by the steps of the documentation,
 * and builds an image in each. `--only new` or `--only classic` tries one;
 * `--keep` leaves the portals where they are.
 */
export async function run(argv) {
  const started = Date.now();
  const chosen = choose(argv);
  const tools = await bootstrap();
  const folder = mkdtempSync(join(tmpdir(), 'image-factory-adopt-'));
  const results = [];
  try {
    const packed = await packPackages(tools, join(folder, 'packages'));
    for (const variant of chosen) {
      results.push(
        await adopt(tools, variant, packed, join(folder, variant.name)),
      );
    }
  } finally {
    if (argv.includes('--keep')) say(`The portals are in ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
  const { buildah, podman, docker, Chromium } = await findEngines({});
  const summary = summarize({
    results,
    engines: { buildah, podman, docker, Chromium },
    started,
  });
  console.log(summary.text);
  return summary.failed === 0 ? 0 : 1;
}

function choose(argv) {
  const all = variants();
  if (!argv.includes('--only')) return all;
  const name = argv[argv.indexOf('--only') + 1];
  const chosen = all.filter(variant => variant.name === name);
  if (chosen.length === 0) {
    throw new Problem(
      `There is no portal '${name ?? ''}'`,
      `give --only one of: ${all.map(variant => variant.name).join(', ')}`,
    );
  }
  return chosen;
}

async function adopt(
  tools,
  { name, title, createOptions, steps },
  packed,
  folder,
) {
  const portal = new StockPortal(tools, folder, createOptions);
  try {
    const release = await portal.create();
    portal.provide(packed);
    await portal.install();
    await portal.follow(steps, packed);
    const port = await findFreePort();
    const url = portal.addComponent(port);
    await portal.start(port);
    return await playwrightTests({
      name: `stock portal of Backstage ${release}, ${title} (Playwright)`,
      config: 'e2e/adopt.config.ts',
      args: [`${name}-frontend-system.spec.ts`],
      environment: { ...tools.environment, STOCK_PORTAL_URL: url },
    });
  } finally {
    await portal.stop();
  }
}
