import { playwrightTests } from './playwrightTests.mjs';
import { withCluster } from './withCluster.mjs';

/** Builds on a real Kubernetes with Tekton. */
export function clusterTests(tools, args) {
  return withCluster(tools, () =>
    playwrightTests({
      name: 'Kubernetes (Playwright)',
      config: 'e2e/tekton.config.ts',
      args,
      environment: tools.environment,
    }),
  );
}
