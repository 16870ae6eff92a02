import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bootstrap } from '../bootstrap/bootstrap.mjs';
import { withLock } from '../bootstrap/lock.mjs';
import { ROOT, TOOLS } from '../bootstrap/paths.mjs';
import { runVisibly } from '../tests/runVisibly.mjs';

export const help = `npm run cluster -- up|status|down|prepare [options]

A real Kubernetes with Tekton for the tests; docs/cluster.md tells more.

  --dir <folder>                    keep the cluster there
  --kwok <nodes>                    with up: play so many nodes beside the real ones
  --install-tekton <release.yaml>   with up: install Tekton on a cluster that is given
`;

/** `npm run cluster -- up|status|down`: a Kubernetes with Tekton for tests, on this machine or wherever KUBECONFIG points. */
export async function run(argv) {
  const { node, environment } = await bootstrap();
  const { resolve } = createRequire(join(ROOT, 'package.json'));
  const work = () =>
    runVisibly(
      node,
      [
        '--require',
        resolve('@backstage/cli-node/config/nodeTransform.cjs'),
        'e2e/cluster/main.ts',
        ...argv,
      ],
      environment,
    );
  // Two that start or stop the same programs would trip over each other.
  return argv[0] === 'status' ? work() : withLock(join(TOOLS, 'cluster'), work);
}
