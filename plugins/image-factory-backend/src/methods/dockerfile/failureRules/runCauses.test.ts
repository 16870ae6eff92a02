import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { explainFailure } from '../../explainFailure';
import { dockerfileFailureRules } from './dockerfileFailureRules';
import { runCauses } from './runCauses';

const FIXTURES = join(__dirname, '__fixtures__');

/** Each a log of Buildah 1.28 as it was printed, but for the names of hosts. */
const RECORDED: Record<
  string,
  { rule: string; class: string; why: string; evidence: string }
> = {
  'apt-package-not-found': {
    rule: 'run-package-not-found',
    class: 'user',
    why: 'there is no package "libssl1.0.0-devel"',
    evidence: 'Unable to locate package',
  },
  'npm-package-not-found': {
    rule: 'run-package-not-found',
    class: 'user',
    why: 'there is no package "@acme-internal/no-such-package-here"',
    evidence: 'is not in this registry',
  },
  'npm-version-not-found': {
    rule: 'run-package-not-found',
    class: 'user',
    why: 'there is no package "left-pad@99.0.0"',
    evidence: 'No matching version found',
  },
  'pip-package-not-found': {
    rule: 'run-package-not-found',
    class: 'user',
    why: 'there is no package "no-such-distribution-acme==1.0"',
    evidence: 'No matching distribution',
  },
  'npm-certificate': {
    rule: 'run-certificate-unknown',
    class: 'user',
    why: 'the certificate of a server is not trusted inside of the image',
    evidence: 'SELF_SIGNED_CERT_IN_CHAIN',
  },
  'npm-eresolve': {
    rule: 'run-dependency-conflict',
    class: 'user',
    why: 'its dependencies contradict each other',
    evidence: 'ERESOLVE',
  },
  'npm-ci-lock': {
    rule: 'run-lockfile-outdated',
    class: 'user',
    why: 'the lock file does not go with the declared dependencies',
    evidence: 'npm ci',
  },
  'npm-script-missing': {
    rule: 'run-script-missing',
    class: 'user',
    why: 'there is no script or target "build"',
    evidence: 'Missing script',
  },
  'name-not-resolved': {
    rule: 'run-name-not-resolved',
    class: 'infrastructure',
    why: 'the name "downloads.example.invalid" cannot be resolved',
    evidence: 'Could not resolve host',
  },
  'connection-refused': {
    rule: 'run-connects-to-itself',
    class: 'user',
    why: '"127.0.0.1" does not answer',
    evidence: 'Failed to connect',
  },
  'connection-failed': {
    rule: 'run-connection-failed',
    class: 'infrastructure',
    why: '"192.0.2.10" does not answer',
    evidence: 'Failed to connect',
  },
  'checksum-mismatch': {
    rule: 'run-checksum-mismatch',
    class: 'user',
    why: 'something that was downloaded is not what its checksum says',
    evidence: 'computed checksums did NOT match',
  },
  'login-refused': {
    rule: 'run-login-refused',
    class: 'user',
    why: 'a server refuses the login',
    evidence: '401 Unauthorized',
  },
  'command-not-found': {
    rule: 'run-command-not-found',
    class: 'user',
    why: 'there is no program "cargo" in the image',
    evidence: 'cargo: not found',
  },
  crlf: {
    rule: 'run-command-not-found',
    class: 'user',
    why: 'there is no program "/build.sh" in the image',
    evidence: '/build.sh: not found',
  },
  'permission-denied': {
    rule: 'run-permission-denied',
    class: 'user',
    why: '"/build.sh" may not be used',
    evidence: 'Permission denied',
  },
  heap: {
    rule: 'run-out-of-memory',
    class: 'user',
    why: 'it ran out of memory',
    evidence: 'heap out of memory',
  },
  killed: {
    rule: 'run-out-of-memory',
    class: 'user',
    why: 'it ran out of memory',
    evidence: 'Killed',
  },
  'python-module-missing': {
    rule: 'run-module-missing',
    class: 'user',
    why: '"flask" is not in the image',
    evidence: 'No module named',
  },
  'node-module-missing': {
    rule: 'run-module-missing',
    class: 'user',
    why: '"express" is not in the image',
    evidence: 'Cannot find module',
  },
  'gcc-missing-header': {
    rule: 'run-module-missing',
    class: 'user',
    why: '"nosuch/header.h" is not in the image',
    evidence: 'fatal error',
  },
  'exec-format': {
    rule: 'run-wrong-platform',
    class: 'user',
    why: 'a program is made for another kind of processor',
    evidence: 'Exec format error',
  },
  'mkdir-exists': {
    rule: 'dockerfile-run-failed',
    class: 'user',
    why: "with exit code 1: mkdir: cannot create directory '/tmp': File exists",
    evidence: 'File exists',
  },
};

function explain(log: string, dockerfile: string) {
  const lines = log.split('\n');
  const failure = explainFailure(dockerfileFailureRules, {
    step: 'build-image',
    exitCode: 1,
    lines,
    firstLine: 1,
    parameters: {},
    readSource: path => (path === 'Dockerfile' ? dockerfile : undefined),
  });
  return { failure, evidence: lines[failure.evidenceLine! - 1] };
}

describe('what a command of a Dockerfile printed', () => {
  it.each(
    readdirSync(FIXTURES).filter(name =>
      existsSync(join(FIXTURES, name, 'build-log.txt')),
    ),
  )('explains the recorded failure %s', name => {
    const [log, dockerfile] = ['build-log.txt', 'Dockerfile'].map(file =>
      readFileSync(join(FIXTURES, name, file), 'utf8'),
    );
    const expected = RECORDED[name];
    const { failure, evidence } = explain(log, dockerfile);
    const lines = dockerfile.trimEnd().split('\n');
    expect(failure).toMatchObject({
      rule: expected.rule,
      class: expected.class,
      line: lines.length,
      instruction: lines.at(-1),
      hint: expect.any(String),
    });
    expect(failure.message).toContain(
      `Line ${lines.length} of Dockerfile: RUN failed`,
    );
    expect(failure.message).toContain(`${expected.why}.`);
    expect(evidence).toContain(expected.evidence);
  });

  it('takes no word for the reason that was printed long before the end', () => {
    const output = Array.from({ length: 60 }, (_, test) => `ok ${test}`);
    const { failure } = explain(
      [
        'STEP 1/2: FROM scratch',
        'STEP 2/2: RUN make test',
        'connect ECONNREFUSED 127.0.0.1:5432, as the test expects',
        ...output,
        'subprocess exited with status 2',
        'Error: building at STEP "RUN make test": exit status 2',
      ].join('\n'),
      'FROM scratch\nRUN make test\n',
    );
    expect(failure.rule).toBe('dockerfile-run-failed');
  });

  it.each([
    'Error: connect ECONNREFUSED 127.0.0.1:5432',
    'FAIL api.test.js: Connection refused',
    'getaddrinfo ENOTFOUND database',
    'expected 200, got 403 Forbidden',
  ])(
    'takes what a failed test has printed for no reason of its own: %s',
    line => {
      const { failure } = explain(
        [
          'STEP 1/2: FROM scratch',
          'STEP 2/2: RUN npm test',
          line,
          '1 failed, 20 passed',
          'subprocess exited with status 1',
          'Error: building at STEP "RUN npm test": exit status 1',
        ].join('\n'),
        'FROM scratch\nRUN npm test\n',
      );
      expect(failure).toMatchObject({
        class: 'user',
        rule: 'dockerfile-run-failed',
      });
    },
  );

  it('has the recorded log of a real build for every reason', () => {
    const recorded = new Set(Object.values(RECORDED).map(({ rule }) => rule));
    expect(
      runCauses.map(({ id }) => id).filter(id => !recorded.has(id)),
    ).toEqual([]);
  });

  it('names each reason once', () => {
    const ids = runCauses.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
