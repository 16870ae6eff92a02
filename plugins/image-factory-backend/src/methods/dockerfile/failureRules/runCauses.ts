import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import { FailureRule } from '@image-factory/backstage-plugin-image-factory-node';
import { describeLocation, locationMembers } from './describeLocation';
import { readRunFailure } from './readRunFailure';

/** One reason for which commands fail, whatever the command. */
type RunCause = {
  id: string;
  /** Of one line of what the command printed; groups are used in `why`. */
  patterns: RegExp[];
  /** Lines that count; all where there is none. */
  onlyIn?: RegExp;
  class: Failure['class'];
  /** Ends the sentence `Line 3 of Dockerfile: RUN failed: …`. */
  why: (match: RegExpExecArray) => string;
  hint: string;
};

/** Only what came last: a test suite may print any of these words and go on. */
const LINES = 40;

/** How programs that fetch something begin a line; a test suite that waits for a refused connection does not. */
const OF_FETCHER =
  /^(?:curl: |wget: |\S+@\S+: Permission denied|npm (?:ERR!|error) |E: |W: |Err:|fatal: |go: |WARNING: Retrying|ERROR: |Could not fetch|error: failed to (?:fetch|download)|fetch http)/;

const RETRIED = 'The build is tried again by itself.';

/**
 * Looked for in this order: a certificate that is not trusted makes package
 * managers say afterwards that the package does not exist.
 */
const CAUSES: RunCause[] = [
  {
    id: 'run-certificate-unknown',
    patterns: [
      /SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/,
      /CERTIFICATE_VERIFY_FAILED|SSL certificate problem|server certificate verification failed/,
      /x509: certificate signed by unknown authority/,
    ],
    class: 'user',
    why: () => 'the certificate of a server is not trusted inside of the image',
    hint: 'Copy the certificate authority into the image before this line, and name it where the tool looks for it (update-ca-certificates, NODE_EXTRA_CA_CERTS, PIP_CERT, SSL_CERT_FILE).',
  },
  {
    id: 'run-name-not-resolved',
    patterns: [
      /Temporary failure (?:in name resolution|resolving '([^']+)')/,
      /Could not resolve host: (\S+)/,
      /getaddrinfo (?:EAI_AGAIN|ENOTFOUND) (\S+)/,
      /dial tcp: lookup (\S+?)(?: on \S+)?: /,
    ],
    onlyIn: OF_FETCHER,
    class: 'infrastructure',
    why: ([, host]) =>
      host
        ? `the name "${host}" cannot be resolved`
        : 'names of hosts cannot be resolved',
    hint: `Check the name for typing errors, and the network of the machine that builds. ${RETRIED}`,
  },
  {
    id: 'run-connects-to-itself',
    patterns: [
      /Failed to connect to (localhost|127\.\S+|::1) port/,
      /connect ECONNREFUSED (?:::ffff:)?(127\.[\d.]+|::1)/,
    ],
    onlyIn: OF_FETCHER,
    class: 'user',
    why: ([, host]) => `"${host}" does not answer`,
    hint: "Inside of a build, localhost is the build itself: what runs on a developer's machine is not there. Name a server that the build can reach.",
  },
  {
    id: 'run-connection-failed',
    patterns: [
      /Failed to connect to (\S+) port \d+/,
      /connect (?:ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH) (\S+)/,
      /Unable to connect to (\S+?):/,
      /(?:Connection timed out|Connection refused|Network is unreachable|No route to host|Connection reset by peer)/,
    ],
    onlyIn: OF_FETCHER,
    class: 'infrastructure',
    why: ([, host]) =>
      host ? `"${host}" does not answer` : 'a server does not answer',
    hint: `Check that the server is up and can be reached from the machine that builds, if need be through a proxy. ${RETRIED}`,
  },
  {
    id: 'run-package-not-found',
    patterns: [
      /^E: Unable to locate package (\S+)/,
      /^E: Version '[^']+' for '([^']+)' was not found/,
      /^E: Package '([^']+)' has no installation candidate/,
      /^\s*(\S+) \(no such package\):?/,
      /^(?:No match for argument|No package): (\S+)/,
      /404\s+'([^']+?)(?:@\*)?' is not in this registry/,
      /No matching version found for (\S+?)\.?$/,
      /No matching distribution found for (\S+)/,
    ],
    class: 'user',
    why: ([, name]) => `there is no package "${name}"`,
    hint: 'Check its name and version. Debian and Ubuntu need apt-get update in the same RUN; a private package needs its registry and a login.',
  },
  {
    id: 'run-dependency-conflict',
    patterns: [
      /ERESOLVE (?:unable to resolve dependency tree|could not resolve)/,
      /ResolutionImpossible/,
      /^E: Unable to correct problems, you have held broken packages/,
    ],
    class: 'user',
    why: () => 'its dependencies contradict each other',
    hint: 'Choose versions that go together; the log names those that do not.',
  },
  {
    id: 'run-lockfile-outdated',
    patterns: [
      /npm ci` can only install packages when your (package\.json) and/,
      /The (lockfile) would have been (?:modified|created) by this install/,
      /ERR_PNPM_OUTDATED_LOCKFILE/,
      /(?:poetry\.lock|pyproject\.toml) (?:changed significantly|is not up to date)/,
    ],
    class: 'user',
    why: () => 'the lock file does not go with the declared dependencies',
    hint: 'Install once on your machine, and commit the lock file that comes of it.',
  },
  {
    id: 'run-checksum-mismatch',
    patterns: [
      /EINTEGRITY|Hash Sum mismatch|THESE PACKAGES DO NOT MATCH THE HASHES/,
      /^(?:sha\d+sum|md5sum): WARNING: \d+ (?:of \d+ )?computed checksum/,
    ],
    class: 'user',
    why: () => 'something that was downloaded is not what its checksum says',
    hint: 'Compare the checksum with the one that the publisher names. A cache or a mirror in between may be out of date.',
  },
  {
    id: 'run-script-missing',
    patterns: [
      /Missing script: "?([^"\s]+)"?/,
      /error Command "([^"]+)" not found/,
      /make: \*\*\* No rule to make target '([^']+)'/,
    ],
    class: 'user',
    why: ([, name]) => `there is no script or target "${name}"`,
    hint: 'Check its name, and that the file which defines it was copied into the image before this line.',
  },
  {
    id: 'run-module-missing',
    patterns: [
      /Cannot find module '([^']+)'/,
      /ModuleNotFoundError: No module named '([^']+)'/,
      /fatal error: (\S+): No such file or directory/,
    ],
    class: 'user',
    why: ([, name]) => `"${name}" is not in the image`,
    hint: 'Install it in an earlier instruction, or copy it into the image before this line.',
  },
  {
    id: 'run-out-of-memory',
    patterns: [
      /JavaScript heap out of memory/,
      /java\.lang\.OutOfMemoryError/,
      /Cannot allocate memory|MemoryError|runtime: out of memory/,
      /^Killed$/,
    ],
    class: 'user',
    why: () => 'it ran out of memory',
    hint: 'Let it use less, such as with fewer jobs at once; raise its own limit (--max-old-space-size, -Xmx); or have the build run where there is more.',
  },
  {
    id: 'run-wrong-platform',
    patterns: [/[Ee]xec format error/],
    class: 'user',
    why: () => 'a program is made for another kind of processor',
    hint: 'Take the program for the platform that is built for; TARGETARCH names it.',
  },
  {
    id: 'run-login-refused',
    patterns: [
      /fatal: (?:Authentication failed for|could not read Username for) '([^']+)'/,
      /(?:E401|401 Unauthorized|403 Forbidden)/,
      /^\S+@(\S+): Permission denied \(publickey\)/,
    ],
    onlyIn: OF_FETCHER,
    class: 'user',
    why: ([, place]) =>
      place ? `"${place}" asks for a login` : 'a server refuses the login',
    hint: 'What needs a login is best fetched before the build. Never put a secret into a build argument: it stays in the image.',
  },
  {
    id: 'run-command-not-found',
    patterns: [
      /(?:^|: )([\w./+-]+): (?:command )?not found$/,
      /exec: "([^"]+)": executable file not found/,
    ],
    class: 'user',
    why: ([, program]) => `there is no program "${program}" in the image`,
    hint: 'Install it in an earlier instruction, or use a base image that has it. Of a script that is there, the first line may name a program that is not, also where the script has line ends of Windows.',
  },
  {
    id: 'run-permission-denied',
    patterns: [
      /(?:^|: )([\w./+-]+): Permission denied$/,
      /EACCES: permission denied, \w+ '([^']+)'/,
    ],
    class: 'user',
    why: ([, path]) => `"${path}" may not be used`,
    hint: 'Give a program the right to be executed (chmod +x, or COPY --chmod); to write, be the owner of the folder (COPY --chown) or the right USER.',
  },
];

/** The reasons for which the commands of a Dockerfile fail that can be told from what they print. */
export const runCauses: FailureRule[] = CAUSES.map(cause => ({
  id: cause.id,
  explain(evidence) {
    const failure = readRunFailure(evidence);
    const output = failure?.output.slice(-LINES).toReversed() ?? [];
    for (const { text, line } of output) {
      if (cause.onlyIn?.test(text) === false) continue;
      for (const pattern of cause.patterns) {
        const match = pattern.exec(text);
        if (match) {
          return {
            class: cause.class,
            message: `${describeLocation(
              failure!.located,
            )}: RUN failed: ${cause.why(match)}.`,
            ...locationMembers(failure!.located),
            hint: cause.hint,
            evidenceLine: line,
          };
        }
      }
    }
    return undefined;
  },
}));
