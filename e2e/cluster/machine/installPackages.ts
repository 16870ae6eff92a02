import { Problem } from '../Problem';
import { run, tryToRun } from './run';
import { say, timed } from './say';

/** Debian's packages that hold everything which is not built from Go modules. */
const PACKAGES = [
  'etcd-server',
  'containerd',
  'runc',
  'containernetworking-plugins',
  'iptables',
  'conntrack',
  'socat',
  'ethtool',
  'iproute2',
  'buildah',
  'skopeo',
  'docker-registry',
  'busybox-static',
  'mmdebstrap',
  'openssl',
  'git',
  'ca-certificates',
];

/** Another installation may hold apt's lock for as long. */
const LOCK_SECONDS = 600;

const OTHERWISE =
  'or set KUBECONFIG to a cluster that has Tekton, and run this again';

/** Refuses, in words, a machine on which no cluster can run. */
export function demandMachine(): void {
  if (process.platform !== 'linux') {
    throw new Problem(
      `A cluster of this machine's own needs Linux, and this is ${process.platform}`,
      `use a machine or a virtual machine with Debian 12, ${OTHERWISE}`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new Problem(
      "A cluster of this machine's own needs root: it runs containerd and makes a network",
      `run it as root (\`sudo npm run cluster -- up\`), ${OTHERWISE}`,
    );
  }
}

/** Installs what is missing. */
export async function installPackages(): Promise<void> {
  const missing = await missingPackages();
  if (missing.length === 0) return;
  const list = missing.join(' ');
  if ((await tryToRun('apt-get', ['--version'])).code !== 0) {
    throw new Problem(
      `This machine lacks Debian's packages ${list}, and has no apt-get to install them`,
      `use a machine with Debian 12, ${OTHERWISE}`,
    );
  }
  const apt = (...args: string[]) =>
    run('apt-get', ['-o', `DPkg::Lock::Timeout=${LOCK_SECONDS}`, ...args], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      nextStep: `install them by hand (apt-get install -y ${list}), then run this again`,
    });
  say(`Installing ${list}`);
  await timed('Installed them', async () => {
    await apt('update', '-qq');
    await apt('install', '-y', '-qq', '--no-install-recommends', ...missing);
  });
}

async function missingPackages(): Promise<string[]> {
  const { stdout } = await tryToRun('dpkg-query', [
    '--show',
    '--showformat=${Package} ${db:Status-Status}\\n',
    ...PACKAGES,
  ]);
  const installed = new Set(
    stdout
      .split('\n')
      .filter(line => line.endsWith(' installed'))
      .map(line => line.split(' ')[0]),
  );
  return PACKAGES.filter(each => !installed.has(each));
}
