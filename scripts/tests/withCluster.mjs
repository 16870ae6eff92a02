import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../bootstrap/paths.mjs';
import { Problem } from '../bootstrap/problem.mjs';
import { runVisibly } from './runVisibly.mjs';

const DESCRIPTION = join(ROOT, '.cluster', 'cluster.json');

/**
 * Works with a Kubernetes that has Tekton. One that is up is used as it is; one
 * that has to be brought up is taken down again.
 */
export async function withCluster(tools, work) {
  const wasUp = existsSync(DESCRIPTION);
  if ((await cluster(tools, 'up')) !== 0) {
    if (!wasUp) await cluster(tools, 'down');
    throw new Problem(
      'The Kubernetes that this runs on did not come up',
      'see what it says above; docs/cluster.md tells what it needs',
    );
  }
  try {
    return await work();
  } finally {
    if (!wasUp) await cluster(tools, 'down');
  }
}

function cluster({ node, environment }, command) {
  const { resolve } = createRequire(join(ROOT, 'package.json'));
  return runVisibly(
    node,
    [
      '--require',
      resolve('@backstage/cli-node/config/nodeTransform.cjs'),
      'e2e/cluster/main.ts',
      command,
    ],
    environment,
  );
}
