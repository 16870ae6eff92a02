import { shown } from './paths.mjs';
import { Problem } from './problem.mjs';

const SHOWN_LINES = 12;

const COMPILER_ADVICE = [
  'install a C++ compiler, make and Python 3, then run this again',
  '(Debian, Ubuntu: apt-get install -y g++ make python3;',
  'Fedora: dnf install -y gcc-c++ make python3; macOS: xcode-select --install)',
].join(' ');

/** First match wins, so the causes that hide behind others stand first. */
const RULES = [
  {
    pattern: /ENOSPC|no space left on device|disk quota exceeded/i,
    cause: () => 'The disk is full',
    nextStep: () =>
      'free about 4 GB on the disk that holds this checkout and your home folder, then run this again',
  },
  {
    pattern:
      /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|network timeout|socket hang up/,
    cause: registry => `The npm registry ${registry} cannot be reached`,
    nextStep: () =>
      'check the network, and the registry and proxy that `npm config get registry` and `npm config get https-proxy` name; `npm ping` must succeed, then run this again',
  },
  {
    pattern:
      /SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT|UNABLE_TO_VERIFY|DEPTH_ZERO_SELF_SIGNED|CERT_HAS_EXPIRED|unable to get (local )?issuer certificate|self.signed certificate/i,
    cause: registry =>
      `The certificate of the npm registry ${registry} is not trusted`,
    nextStep: () =>
      "name your organisation's certificate authority with `npm config set cafile <file>` or NODE_EXTRA_CA_CERTS, then run this again",
  },
  {
    pattern: /\bE401\b|\bE403\b|YN0041|Invalid authentication|401 Unauthorized/,
    cause: registry =>
      `The npm registry ${registry} refused the request for want of rights`,
    nextStep: () => 'sign in with `npm login`, then run this again',
  },
  {
    pattern: /YN0028|lockfile would have been modified/i,
    cause: () => 'yarn.lock does not fit the package.json files',
    nextStep: () =>
      'run `yarn install` (Yarn is at .tools/bin/yarn) and commit yarn.lock',
  },
  {
    pattern:
      /gyp ERR!|not found: make|Could not find any Python|No such file or directory: 'g\+\+'/i,
    cause: () => 'A native part of a dependency could not be compiled',
    nextStep: () => COMPILER_ADVICE,
  },
  {
    pattern: /EACCES|EPERM|permission denied/i,
    cause: () => 'A file may not be written or read',
    nextStep: () =>
      'check the owner of this checkout and of your home folder (a run as root leaves files of root), then run this again',
  },
];

/** Turns the output of a failed tool into one cause and one next step. */
export function explainFailure({ what, output, logPath, registry }) {
  const lines = output.trim().split('\n').slice(-SHOWN_LINES);
  const evidence = [
    `Last lines of ${shown(logPath)}:`,
    ...lines.map(line => `  ${line}`),
  ].join('\n');
  const rule = RULES.find(({ pattern }) => pattern.test(output));
  if (!rule) {
    return new Problem(`${what} failed`, `read ${shown(logPath)}`, evidence);
  }
  return new Problem(
    `${what} failed: ${rule.cause(registry)}`,
    rule.nextStep(),
    evidence,
  );
}
