import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { Problem } from '../bootstrap/problem.mjs';
import { buildFrontend } from '../portal/frontend.mjs';
import { clusterTests } from '../tests/clusterTests.mjs';
import { findEngines } from '../tests/engines.mjs';
import { summarize } from '../tests/summary.mjs';

export const help = `npm run e2e:tekton [-- options of playwright test]

Builds on a real Kubernetes; brings it up and takes it down where none is up.
`;

/** `npm run e2e:tekton`: builds on a real Kubernetes, and what may happen to them there; arguments go through to Playwright. */
export async function run(argv) {
  if (argv.some(each => each.startsWith('--reporter'))) {
    throw new Problem(
      'The summary is made of what a reporter of its own tells, which --reporter would replace',
      'leave --reporter out: each test is listed as it ends',
    );
  }
  const started = Date.now();
  const tools = await bootstrap();
  await buildFrontend(tools);
  const results = [await clusterTests(tools, argv)];
  const { Chromium, skopeo } = await findEngines({});
  const summary = summarize({
    results,
    engines: { Chromium, skopeo },
    started,
  });
  console.log(summary.text);
  return summary.failed === 0 ? 0 : 1;
}
