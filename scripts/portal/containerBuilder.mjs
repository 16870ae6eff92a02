import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { say } from '../bootstrap/say.mjs';
import { canInstallPackages, installPackages } from './installPackages.mjs';

const execute = promisify(execFile);
const ANSWER_WITHIN_MS = 10_000;

/**
 * A docker client alone builds nothing: only `docker info` asks its daemon. The
 * lowest versions are those that the portal's build method takes.
 */
const PROBES = [
  {
    name: 'docker',
    args: ['info', '--format', '{{.ServerVersion}}'],
    minimum: [25, 0],
  },
  { name: 'podman', args: ['--version'], minimum: [4, 0] },
  { name: 'buildah', args: ['--version'], minimum: [1, 23] },
];

const ADVICE = {
  darwin:
    'install Docker Desktop (https://docs.docker.com/desktop) or Podman (`brew install podman`, then `podman machine init --now`)',
  linux:
    'install one of them with the system package manager (Debian, Ubuntu: `sudo apt-get install -y buildah`; Fedora: `sudo dnf install -y buildah`)',
};

/** The builders that answer on this machine, with their versions, and whether those are too old. */
async function askContainerBuilders() {
  const found = await Promise.all(
    PROBES.map(async ({ name, args, minimum }) => {
      try {
        const { stdout } = await execute(name, args, {
          timeout: ANSWER_WITHIN_MS,
        });
        const version = /\d+\.\d+(\.\d+)?/.exec(stdout)?.[0];
        return (
          version && {
            name,
            version,
            minimum: minimum.join('.'),
            tooOld: isOlder(version, minimum),
          }
        );
      } catch {
        return undefined;
      }
    }),
  );
  return found.filter(Boolean);
}

function isOlder(version, [major, minor]) {
  const [foundMajor, foundMinor] = version.split('.').map(Number);
  return foundMajor < major || (foundMajor === major && foundMinor < minor);
}

/** The builders that the portal can use on this machine, with their versions. */
export async function findContainerBuilders() {
  const found = await askContainerBuilders();
  return found.filter(({ tooOld }) => !tooOld);
}

/** Sees to a container builder; the portal starts without one all the same. */
export async function prepareContainerBuilder({ mayInstall }) {
  const found = await askContainerBuilders();
  const usable = found.filter(({ tooOld }) => !tooOld);
  if (usable.length > 0) {
    const names = usable.map(({ name, version }) => `${name} ${version}`);
    say(`Images are built with ${names.join(' or ')}`);
    return;
  }
  for (const { name, version, minimum } of found) {
    say(
      `${name} ${version} is too old to build images: it takes ${minimum} or newer`,
    );
  }
  if (mayInstall && canInstallPackages()) {
    say(
      'No container builder is here (docker 25 or newer with a running daemon, podman, buildah): installing buildah with apt (about 1 minute; --no-install prevents it)',
    );
    const problem = await installPackages(['buildah']);
    if (!problem) {
      return;
    }
    say(problem);
  }
  say(
    [
      'No container builder is here, so builds will wait: the portal needs docker 25 or newer with a running daemon, podman 4 or newer, or buildah.',
      `  Next step: ${
        ADVICE[process.platform]
      }. The portal finds it by itself.`,
    ].join('\n'),
  );
}
