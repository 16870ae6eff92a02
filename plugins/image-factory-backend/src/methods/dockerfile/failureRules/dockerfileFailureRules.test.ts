import { FailureEvidence } from '@image-factory/backstage-plugin-image-factory-node';
import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import { JsonObject } from '@backstage/types';
import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BUSYBOX,
  describeWith,
  describeWithStaticBusybox,
} from '../../../__testUtils__/engines';
import { explainFailure } from '../../explainFailure';
import { buildWithBuildah } from '../__testUtils__/buildWithBuildah';
import { startRefusingRegistry } from '../__testUtils__/refusingRegistry';
import { SourceFolder } from '../__testUtils__/sourceFolder';
import { dockerfileFailureRules } from './dockerfileFailureRules';

jest.setTimeout(60_000);
// On a busy machine Buildah's chroot isolation loses or swaps the last that a
// command printed; what it lost is nothing that a rule could read.
jest.retryTimes(3, { logErrorsBeforeRetry: true });

let folder: SourceFolder;
let work: string;

beforeEach(async () => {
  folder = await SourceFolder.create();
  work = await mkdtemp(join(tmpdir(), 'rules-'));
});

afterEach(async () => {
  await folder.remove();
  await rm(work, { recursive: true, force: true });
});

async function fail(
  dockerfile: string,
  options: { args?: string[]; parameters?: JsonObject } = {},
): Promise<{ failure: Failure; evidence: FailureEvidence }> {
  await folder.write('Dockerfile', dockerfile);
  const evidence = await buildWithBuildah({ folder, work, ...options });
  expect(evidence.exitCode).not.toBe(0);
  return {
    failure: explainFailure(dockerfileFailureRules, evidence),
    evidence,
  };
}

function evidenceText(failure: Failure, evidence: FailureEvidence) {
  return evidence.lines[(failure.evidenceLine ?? 0) - evidence.firstLine];
}

describeWith('buildah', 'what Buildah says of a failing build', () => {
  it('becomes a mistyped instruction with its line and the one that was meant', async () => {
    const { failure, evidence } = await fail(
      'FROM scratch\n\n# comment\nCOPPY a /a\n',
    );
    expect(failure).toMatchObject({
      class: 'user',
      rule: 'dockerfile-unknown-instruction',
      step: 'build-image',
      message:
        'Line 4 of Dockerfile begins with "COPPY", which is not an instruction.',
      file: 'Dockerfile',
      line: 4,
      instruction: 'COPPY a /a',
      hint: 'Did you mean COPY?',
    });
    expect(evidenceText(failure, evidence)).toContain('Unknown instruction');
  });

  it('becomes the path that COPY misses, with one nearly of that name', async () => {
    await folder.write('site/index.html', 'x');
    const { failure, evidence } = await fail(
      'FROM scratch\nLABEL a=b\nCOPY sites/ /srv/\n',
    );
    expect(failure).toMatchObject({
      class: 'user',
      rule: 'dockerfile-copy-source-missing',
      message:
        'Line 3 of Dockerfile: COPY needs "sites/", which is not in the build context.',
      line: 3,
      instruction: 'COPY sites/ /srv/',
      hint: expect.stringContaining('Did you mean "site/"?'),
    });
    expect(evidenceText(failure, evidence)).toContain('no such file');
  });

  it('finds the nearest name in deeper folders too', async () => {
    await folder.write('web/public/index.html', 'x');
    const { failure } = await fail(
      'FROM scratch\nCOPY ["web/pubic/index.htm", "/srv/"]\n',
    );
    expect(failure).toMatchObject({
      line: 2,
      hint: expect.stringContaining('Did you mean "web/public/index.html"?'),
    });
  });

  it('becomes the path that ADD misses, without a guess where nothing is near', async () => {
    const { failure } = await fail('FROM scratch\nADD release.tar.gz /srv/\n');
    expect(failure).toMatchObject({
      rule: 'dockerfile-copy-source-missing',
      message:
        'Line 2 of Dockerfile: ADD needs "release.tar.gz", which is not in the build context.',
      hint: expect.stringMatching(/^Add it there, or mend the path\./),
    });
  });

  it('becomes the path that a stage does not have', async () => {
    await folder.write('a', 'x');
    const { failure } = await fail(
      'FROM scratch AS one\nCOPY a /a\nFROM scratch\nCOPY --from=one /b /b\n',
    );
    expect(failure).toMatchObject({
      rule: 'dockerfile-copy-source-missing',
      message: 'Line 4 of Dockerfile: COPY needs "/b", which is not in "one".',
      line: 4,
    });
  });

  it('becomes the stage that COPY --from misses', async () => {
    const { failure } = await fail(
      'FROM scratch AS builder\nLABEL a=b\nFROM scratch\nCOPY --from=buildr /a /a\n',
    );
    expect(failure).toMatchObject({
      class: 'user',
      rule: 'dockerfile-stage-not-found',
      line: 4,
      hint: expect.stringContaining('Did you mean "builder"?'),
    });
  });

  it('becomes the target that is no stage', async () => {
    const { failure } = await fail('FROM scratch AS one\nLABEL a=b\n', {
      args: ['--target=two'],
    });
    expect(failure).toMatchObject({
      class: 'user',
      rule: 'dockerfile-stage-not-found',
      message: 'The target "two" is not a stage of the Dockerfile.',
      hint: 'The stages are: one.',
    });
  });

  it('becomes the Dockerfile that is not there, with one nearly of that name', async () => {
    await folder.write('docker/dockerfile', 'FROM scratch\n');
    const { failure, evidence } = await fail('FROM scratch\n', {
      parameters: { 'dockerfile-path': 'docker/Dockerfile' },
    });
    expect(failure).toMatchObject({
      class: 'user',
      rule: 'dockerfile-missing',
      step: 'build-image',
      message: 'There is no Dockerfile at "docker/Dockerfile" in the source.',
      hint: expect.stringContaining('Did you mean "docker/dockerfile"?'),
    });
    expect(evidenceText(failure, evidence)).toContain('no such file');
  });

  it('becomes the context that is not there', async () => {
    const { failure } = await fail('FROM scratch\n', {
      parameters: { 'context-path': 'web' },
    });
    expect(failure).toMatchObject({
      class: 'user',
      rule: 'dockerfile-missing',
      message: 'There is no folder "web" in the source for a build context.',
      hint: expect.stringContaining('context-path'),
    });
  });

  it('becomes the build argument that FROM needs', async () => {
    const { failure } = await fail('ARG BASE\nFROM $BASE\n');
    expect(failure).toMatchObject({
      class: 'user',
      rule: 'dockerfile-no-base',
      line: 2,
      message: expect.stringContaining('build argument BASE'),
    });
  });

  it('becomes a Dockerfile without FROM', async () => {
    const { failure } = await fail('COPY a /a\n');
    expect(failure).toMatchObject({
      class: 'user',
      rule: 'dockerfile-no-base',
      message: expect.stringContaining('has no FROM'),
    });
  });

  it.each([
    ['COPY onlyone', /COPY requires at least one argument/],
    ['WORKDIR', /WORKDIR requires exactly one argument/],
    ['COPY --frmo=x a b', /COPY only supports/],
  ])('becomes the instruction %j with what it needs', async (line, reason) => {
    const { failure } = await fail(`FROM scratch\n${line}\n`);
    expect(failure).toMatchObject({
      class: 'user',
      rule: 'dockerfile-syntax',
      line: 2,
      instruction: line,
      message: expect.stringMatching(reason),
    });
  });

  it('becomes a base image that is no reference', async () => {
    const { failure } = await fail('FROM Foo:Bar:Baz\n');
    expect(failure).toMatchObject({
      class: 'user',
      rule: 'docker-base-image-unavailable',
      line: 1,
      message:
        'Line 1 of Dockerfile: the base image "Foo:Bar:Baz" is not an image reference.',
    });
  });

  it('becomes a registry that does not answer, which is tried again', async () => {
    const { failure } = await fail('FROM 127.0.0.1:1/none:1\n');
    expect(failure).toMatchObject({
      class: 'infrastructure',
      rule: 'docker-base-image-unavailable',
      line: 1,
      message: expect.stringContaining('its registry does not answer'),
    });
  });

  it.each([
    ['unknown', /is not in its registry/],
    ['denied', /was denied by its registry/],
  ] as const)(
    'becomes a base image that is %s to its registry, which is the user’s to mend',
    async (refusal, message) => {
      const registry = await startRefusingRegistry(refusal);
      try {
        const { failure } = await fail(`FROM ${registry.host}/team/base:1\n`, {
          args: ['--tls-verify=false'],
        });
        expect(failure).toMatchObject({
          class: 'user',
          rule: 'docker-base-image-unavailable',
          line: 1,
          message: expect.stringMatching(message),
        });
      } finally {
        await registry.stop();
      }
    },
  );
});

describeWithStaticBusybox('what Buildah says of a failing command', () => {
  beforeEach(async () => {
    await folder.write('busybox', '');
    await copyFile(BUSYBOX, join(folder.path, 'busybox'));
    await chmod(join(folder.path, 'busybox'), 0o755);
  });

  it('becomes the instruction, its exit code and what the command said last', async () => {
    const { failure, evidence } = await fail(
      'FROM scratch\nCOPY busybox /bin/sh\nRUN echo compiling; \\\n    echo "type error in main" >&2; \\\n    exit 7\n',
    );
    expect(failure).toMatchObject({
      class: 'user',
      rule: 'dockerfile-run-failed',
      message:
        'Line 3 of Dockerfile: RUN failed with exit code 7: type error in main.',
      line: 3,
      instruction: expect.stringMatching(/^RUN echo compiling;[^]*exit 7$/),
    });
    expect(evidenceText(failure, evidence)).toBe('type error in main');
  });

  it('tells that a program is not in the image', async () => {
    const { failure } = await fail(
      'FROM scratch\nCOPY busybox /bin/sh\nRUN npm ci\n',
    );
    expect(failure).toMatchObject({
      rule: 'run-command-not-found',
      message: expect.stringContaining(
        'there is no program "npm" in the image',
      ),
      hint: expect.stringContaining('Install it'),
    });
  });

  it('tells that the base has no shell', async () => {
    const { failure } = await fail(
      'FROM scratch\nCOPY busybox /bin/busybox\nRUN echo hi\n',
    );
    expect(failure).toMatchObject({
      rule: 'dockerfile-run-failed',
      message: expect.not.stringContaining('exited with'),
      hint: expect.stringContaining('no shell'),
    });
  });

  it('does not take what a command prints for what the tool says', async () => {
    const { failure } = await fail(
      'FROM scratch\nCOPY busybox /bin/sh\nRUN echo "Error: creating build container: no such host"; exit 1\n',
    );
    expect(failure).toMatchObject({ rule: 'dockerfile-run-failed' });
  });

  it('tells that the disk is full, which is tried again', async () => {
    const { failure } = await fail(
      'FROM scratch\nCOPY busybox /bin/sh\nRUN echo "write error: No space left on device" >&2; exit 1\n',
    );
    expect(failure).toMatchObject({
      class: 'infrastructure',
      rule: 'docker-no-space-left',
      line: 3,
    });
  });
});

describe("Buildah's words that are joined to those before", () => {
  const STARTED = ['STEP 1/2: FROM scratch', 'STEP 2/2: RUN ls /'];

  it.each([
    [
      'process failed to start with error: fork/exec /bin/sh: no such file or directoryprocess exited with error: exec: not startedsubprocess exited with status 1',
      'RUN failed with exit code 1: process failed to start with error: fork/exec /bin/sh: no such file or directory.',
    ],
    [
      'out of luckprocess exited with error: exit status 1subprocess exited with status 1',
      'RUN failed with exit code 1: out of luck.',
    ],
    [
      'out of lucksubprocess exited with status 1subprocess exited with status 1',
      'RUN failed with exit code 1: out of luck.',
    ],
    ['subprocess exited with status 1', 'RUN failed with exit code 1.'],
    [
      'process exited with error: as the command says',
      'RUN failed with exit code 1: process exited with error: as the command says.',
    ],
  ])('are no part of the reason (%#)', async (printed, reason) => {
    const { message } = explainFailure(dockerfileFailureRules, {
      step: 'build-image',
      exitCode: 1,
      lines: [
        ...STARTED,
        printed,
        'Error: building at STEP "RUN ls /": exit status 1',
      ],
      firstLine: 1,
      parameters: {},
      readSource: () => 'FROM scratch\nRUN ls /\n',
    });
    expect(message).toBe(`Line 2 of Dockerfile: ${reason}`);
  });
});

describe('a disk that is full', () => {
  it.each([
    [
      'build-image',
      'The disk that holds the image store of the builder is full.',
    ],
    ['push-image', 'The disk that holds the workspaces of builds is full.'],
  ])('is told by what it holds when %s fills it', (step, message) => {
    expect(
      explainFailure(dockerfileFailureRules, {
        step,
        exitCode: 125,
        lines: ['Error: writing blob: write /layer: no space left on device'],
        firstLine: 1,
        parameters: {},
        readSource: () => undefined,
        listSource: () => [],
      }),
    ).toMatchObject({ class: 'infrastructure', message });
  });
});

describe('what BuildKit says of a failing build, as it is documented', () => {
  it.each([
    'ERROR: failed to solve: failed to read dockerfile: open Dockerfile: no such file or directory',
    'ERROR: resolve : lstat Dockerfile: no such file or directory',
  ])('becomes the Dockerfile that is not there (%#)', line => {
    expect(
      explainFailure(dockerfileFailureRules, {
        step: 'build-image',
        exitCode: 1,
        lines: [line],
        firstLine: 1,
        parameters: {},
        readSource: () => undefined,
        listSource: () => [],
      }),
    ).toMatchObject({ class: 'user', rule: 'dockerfile-missing' });
  });

  const explain = async (dockerfile: string, lines: string[]) => {
    await folder.write('Dockerfile', dockerfile);
    return explainFailure(dockerfileFailureRules, {
      step: 'build-image',
      exitCode: 1,
      lines,
      firstLine: 1,
      parameters: {},
      readSource: () => dockerfile,
    });
  };

  it.each([
    [
      'FROM scratch\nCOPPY a /a\n',
      [
        'ERROR: failed to solve: dockerfile parse error on line 2: unknown instruction: COPPY (did you mean COPY?)',
      ],
      'dockerfile-unknown-instruction',
      2,
    ],
    [
      'FROM scratch\nLABEL a=b\nCOPY sites/ /srv/\n',
      [
        'Dockerfile:3',
        '--------------------',
        'ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref abc: "/sites": not found',
      ],
      'dockerfile-copy-source-missing',
      3,
    ],
    [
      'FROM scratch\nRUN npm ci\n',
      [
        '#5 0.213 /bin/sh: npm: not found',
        'Dockerfile:2',
        '--------------------',
        'ERROR: failed to solve: process "/bin/sh -c npm ci" did not complete successfully: exit code: 127',
      ],
      'run-command-not-found',
      2,
    ],
  ])('is located and explained (%#)', async (dockerfile, lines, rule, line) => {
    expect(await explain(dockerfile, lines)).toMatchObject({ rule, line });
  });
});
