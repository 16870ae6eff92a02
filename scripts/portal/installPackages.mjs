import { existsSync } from 'node:fs';
import { shown } from '../bootstrap/paths.mjs';
import { runLogged } from '../bootstrap/runLogged.mjs';

const QUIET = {
  DEBIAN_FRONTEND: 'noninteractive',
};

/** Whether this process may install Debian packages. */
export function canInstallPackages() {
  return existsSync('/usr/bin/apt-get') && process.getuid() === 0;
}

/** Installs Debian packages; gives the problem in words where that fails. */
export async function installPackages(packages) {
  const steps = [
    ['apt-update', ['update']],
    [
      'apt-install',
      ['install', '-y', '-o', 'DPkg::Lock::Timeout=120', ...packages],
    ],
  ];
  for (const [name, args] of steps) {
    const { code, logPath } = await runLogged('apt-get', args, {
      name,
      env: QUIET,
    });
    // An update may fail for one stale source among many: the install decides.
    if (code !== 0 && name === 'apt-install') {
      return `apt could not install ${packages.join(', ')}: read ${shown(
        logPath,
      )}`;
    }
  }
  return undefined;
}
