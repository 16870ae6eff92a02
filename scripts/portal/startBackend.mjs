import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from '../bootstrap/children.mjs';
import { ROOT } from '../bootstrap/paths.mjs';

const BACKEND = join(ROOT, 'packages/backend');
const EXIT_WITH_PARENT = fileURLToPath(
  new URL('./exitWithParent.cjs', import.meta.url),
);

/**
 * Starts the backend from its sources, as `backstage-cli package start` does,
 * without its file watcher, and holds it to this machine and to `port`.
 */
export function startBackend({ node, environment, port, stdio }) {
  const { resolve } = createRequire(join(BACKEND, 'package.json'));
  const url = `http://localhost:${port}`;
  const overrides = {
    app_baseUrl: url,
    backend_baseUrl: url,
    backend_listen_host: '127.0.0.1',
    backend_listen_port: port,
    backend_cors_origin: url,
  };
  const overridden = Object.entries(overrides).map(([key, value]) => [
    `APP_CONFIG_${key}`,
    JSON.stringify(value),
  ]);
  return startChild(
    node,
    [
      '--enable-source-maps',
      '--require',
      EXIT_WITH_PARENT,
      '--require',
      resolve('@backstage/cli-node/config/nodeTransform.cjs'),
      'src/index.ts',
    ],
    {
      cwd: BACKEND,
      env: {
        NODE_ENV: 'development',
        ...process.env,
        ...environment,
        ...Object.fromEntries(overridden),
      },
      stdio: [...stdio, 'ipc'],
    },
  );
}
