import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { endChildrenOnSignals } from './children.mjs';
import { installDependencies } from './dependencies.mjs';
import { withLock } from './lock.mjs';
import { ROOT, TOOLS, TOOLS_BIN } from './paths.mjs';
import { Problem } from './problem.mjs';
import { prepareTools } from './tools.mjs';

/**
 * Makes the checkout ready to run, from whatever Node started this. What was
 * done before is not done again.
 *
 * Returns the Node to run everything else with, and the environment for it.
 */
export async function bootstrap() {
  endChildrenOnSignals();
  checkGit();
  return withLock(join(TOOLS, 'lock'), async () => {
    const { node, yarn, headers } = await prepareTools();
    const environment = {
      YARN_ENABLE_TELEMETRY: '0',
      ...(headers && { npm_config_nodedir: headers }),
      PATH: [TOOLS_BIN, join(ROOT, 'node_modules/.bin'), process.env.PATH].join(
        ':',
      ),
    };
    await installDependencies({ node, yarn, environment });
    return { node, yarn, environment };
  });
}

function checkGit() {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' });
  } catch {
    throw new Problem(
      'git is not on the PATH',
      'install git (Debian, Ubuntu: apt-get install -y git; macOS: xcode-select --install), then run this again',
    );
  }
}
