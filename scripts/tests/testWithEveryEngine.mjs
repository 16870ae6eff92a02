import { Problem } from '../bootstrap/problem.mjs';
import { say } from '../bootstrap/say.mjs';
import { buildFrontend } from '../portal/frontend.mjs';
import {
  canInstallPackages,
  installPackages,
} from '../portal/installPackages.mjs';
import { browserTests } from './browserTests.mjs';
import { clusterTests } from './clusterTests.mjs';
import { findEngines } from './engines.mjs';
import { unitTests } from './unitTests.mjs';
import { withoutServices } from './withoutServices.mjs';

/** Engines that tests really use, with the Debian package of each. */
const DEMANDED = {
  buildah: 'buildah',
  podman: 'podman',
  'busybox-static': 'busybox-static',
  skopeo: 'skopeo',
  'docker-registry': 'docker-registry',
  Chromium: 'chromium',
};

export async function testWithEveryEngine(tools) {
  await demandEngines();
  await buildFrontend(tools);
  const { results, postgres } = await unitTests(tools, []);
  results.push(await browserTests(tools.environment));
  // Last, so that a cluster that fails takes nothing else along.
  results.push(await shortClusterTests(tools));
  return {
    results: results.map(failOnSkipped),
    engines: await findEngines(postgres),
  };
}

/** Those that stand for the rest in every run; `npm run e2e:tekton` has them all. */
async function shortClusterTests(tools) {
  try {
    return await clusterTests(tools, ['--grep=@ci']);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const problem = error.message;
    return { name: 'Kubernetes', passed: 0, failed: 1, skipped: 0, problem };
  }
}

async function demandEngines() {
  const missing = await missingEngines();
  if (missing.length === 0) {
    return;
  }
  const packages = missing.map(name => DEMANDED[name]);
  if (!canInstallPackages()) {
    throw new Problem(
      `These engines are missing: ${missing.join(', ')}`,
      `install them (Debian, Ubuntu: sudo apt-get install -y ${packages.join(
        ' ',
      )}), then run this again; \`npm test\` does without them`,
    );
  }
  say(`Installing ${packages.join(', ')} with apt (1 to 3 minutes)`);
  const problem = await withoutServices(() => installPackages(packages));
  const stillMissing = await missingEngines();
  if (stillMissing.length > 0) {
    throw new Problem(
      problem ?? `Still missing: ${stillMissing.join(', ')}`,
      `install ${stillMissing.join(', ')} by hand, then run this again`,
    );
  }
}

async function missingEngines() {
  const engines = await findEngines({});
  return Object.keys(DEMANDED).filter(name => !engines[name]);
}

/** Every engine is here, so nothing has a reason to be left out. */
function failOnSkipped(result) {
  return result.skipped === 0
    ? result
    : {
        ...result,
        failed: result.failed + result.skipped,
        skipped: 0,
        problem:
          result.problem ??
          `${result.name}: ${result.skipped} tests were left out though every engine is here`,
      };
}
