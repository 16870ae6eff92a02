import { FailureEvidence } from '@image-factory/backstage-plugin-image-factory-node';
import { explainFailure } from '../../explainFailure';
import { dockerfileFailureRules } from './dockerfileFailureRules';

/** What `buildctl build --progress=plain` of BuildKit 0.34 prints, without what comes before. */
const LOGS = {
  copy: `#4 [1/1] COPY not-there.txt /
#4 ERROR: failed to calculate checksum of ref 4tswfazazk0z2cmd6ltj6qjcb::tz2b2077qz44uou1483n9eu1q: "/not-there.txt": not found
------
 > [1/1] COPY not-there.txt /:
------
Dockerfile:3
--------------------
   1 |     FROM scratch
   2 |${' '.repeat(5)}
   3 | >>> COPY not-there.txt /
   4 |${' '.repeat(5)}
--------------------
error: failed to solve: failed to compute cache key: failed to calculate checksum of ref 4tswfazazk0z2cmd6ltj6qjcb::tz2b2077qz44uou1483n9eu1q: "/not-there.txt": not found`,
  run: `#4 [1/2] COPY busybox /bin/sh
#4 DONE 0.0s

#5 [2/2] RUN echo error: of our own >&2;     exit 42
#5 0.065 error: of our own
#5 ERROR: process "/bin/sh -c echo error: of our own >&2;     exit 42" did not complete successfully: exit code: 42
------
 > [2/2] RUN echo error: of our own >&2;     exit 42:
0.065 error: of our own
------
Dockerfile:3
--------------------
   2 |     COPY busybox /bin/sh
   3 | >>> RUN echo error: of our own >&2; \\
   4 | >>>     exit 42
   5 |${' '.repeat(5)}
--------------------
error: failed to solve: process "/bin/sh -c echo error: of our own >&2;     exit 42" did not complete successfully: exit code: 42`,
  instruction: `#1 DONE 0.0s
Dockerfile:2
--------------------
   1 |     FROM scratch
   2 | >>> COPPY a /a
   3 |${' '.repeat(5)}
--------------------
error: failed to solve: dockerfile parse error on line 2: unknown instruction: COPPY (did you mean COPY?)`,
  base: `#2 [internal] load metadata for nowhere.invalid/base:1
#2 ERROR: failed to do request: Head "https://nowhere.invalid/v2/base/manifests/1": dial tcp: lookup nowhere.invalid on 192.0.2.1:53: no such host
------
 > [internal] load metadata for nowhere.invalid/base:1:
------
Dockerfile:1
--------------------
   1 | >>> FROM nowhere.invalid/base:1
   2 |${' '.repeat(5)}
--------------------
error: failed to solve: nowhere.invalid/base:1: failed to resolve source metadata for nowhere.invalid/base:1: failed to do request: Head "https://nowhere.invalid/v2/base/manifests/1": dial tcp: lookup nowhere.invalid on 192.0.2.1:53: no such host`,
  stage: `#1 DONE 0.0s
error: failed to solve: target stage "nope" could not be found`,
  argument: `#1 DONE 0.0s
Dockerfile:2
--------------------
   1 |     ARG X
   2 | >>> FROM $X
   3 |${' '.repeat(5)}
--------------------
error: failed to solve: base name ($X) should not be blank`,
  dockerfile: `#1 DONE 0.0s
error: failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory`,
};

/** After the pod is gone, and with it the sources. */
function evidenceOf(log: string, firstLine = 1): FailureEvidence {
  return {
    step: 'build-image',
    exitCode: 1,
    lines: log.split('\n'),
    firstLine,
    parameters: {},
    readSource: () => undefined,
  };
}

describe('what BuildKit says of a failing build, where the sources are gone', () => {
  it.each([
    ['copy', 'dockerfile-copy-source-missing', 3, /"not-there.txt"/],
    ['run', 'dockerfile-run-failed', 3, /exit code 42: error: of our own\./],
    ['instruction', 'dockerfile-unknown-instruction', 2, /"COPPY"/],
    ['base', 'docker-base-image-unavailable', 1, /"nowhere.invalid\/base:1"/],
    ['stage', 'dockerfile-stage-not-found', undefined, /"nope"/],
    ['argument', 'dockerfile-no-base', 2, /argument X, which/],
    ['dockerfile', 'dockerfile-missing', undefined, /Dockerfile/],
  ] as const)('is explained: %s', (log, rule, line, message) => {
    const failure = explainFailure(
      dockerfileFailureRules,
      evidenceOf(LOGS[log]),
    );
    expect(failure).toMatchObject({
      rule,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/[.?]$/),
    });
    expect(failure?.line).toBe(line);
  });

  it('has the instruction over all its lines', () => {
    expect(
      explainFailure(dockerfileFailureRules, evidenceOf(LOGS.run)),
    ).toMatchObject({
      file: 'Dockerfile',
      instruction: 'RUN echo error: of our own >&2; \\\n    exit 42',
    });
  });

  it('points to the line that the command itself has printed', () => {
    const failure = explainFailure(
      dockerfileFailureRules,
      evidenceOf(LOGS.run, 101),
    );
    expect(failure?.evidenceLine).toBe(105);
  });

  it('takes no line of a command for BuildKit’s own', () => {
    expect(
      explainFailure(
        dockerfileFailureRules,
        evidenceOf('error: COPY "/a": not found\nSTEP 1/1: RUN x'),
      )?.rule,
    ).toBeUndefined();
  });
});
