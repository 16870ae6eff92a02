import {
  BuildConfig,
  FailureEvidence,
} from '@image-factory/backstage-plugin-image-factory-node';
import { JsonObject } from '@backstage/types';
import { explainFailure } from '../explainFailure';
import { validateParameters } from '../validateParameters';
import { buildxMethod } from './buildxMethod';

function configOf(parameters: JsonObject, platforms: string[] = []) {
  return {
    entityRef: 'component:default/site',
    imageName: 'default',
    tenant: 'group:default/team-a',
    method: 'buildx',
    infrastructure: 'auto',
    source: {
      type: 'git',
      repository: 'https://git.example.com/team-a/site',
      ref: 'main',
      commit: 'a'.repeat(40),
      path: '',
      credentials: 'none',
    },
    image: {
      reference: 'registry.example.com/team-a/site:1',
      tags: [],
      delivery: 'push',
    },
    parameters,
    platforms,
    timeoutSeconds: 3600,
  } satisfies BuildConfig;
}

function explain(lines: string[]) {
  const evidence: FailureEvidence = {
    step: 'build-image',
    exitCode: 1,
    lines,
    firstLine: 1,
    parameters: {},
    readSource: () => undefined,
  };
  return explainFailure(buildxMethod.failureRules, evidence);
}

describe('the buildx method', () => {
  it('takes the parameters of docker and platforms', () => {
    expect(
      validateParameters(buildxMethod, {
        'context-path': 'app',
        platforms: ['linux/amd64', 'linux/arm/v7'],
      }),
    ).toMatchObject({
      parameters: {
        'context-path': 'app',
        platforms: ['linux/amd64', 'linux/arm/v7'],
      },
    });
  });

  it.each(['amd64', 'linux', 'windows/amd64', 'linux/amd64,x', '--all'])(
    'says how a platform is written where one is "%s"',
    platform => {
      expect(
        validateParameters(buildxMethod, { platforms: [platform] }),
      ).toMatchObject({
        problems: [
          {
            path: '/platforms/0',
            message: expect.stringContaining('linux/amd64'),
          },
        ],
      });
    },
  );

  it('asks for each platform once, whoever has named it', () => {
    const config = configOf(
      { platforms: ['linux/arm64', 'linux/amd64', 'linux/arm64'] },
      ['linux/amd64', 'linux/s390x'],
    );
    const platforms = ['linux/arm64', 'linux/amd64', 'linux/s390x'];
    expect(buildxMethod.needs(config).platforms).toEqual(platforms);
    expect(buildxMethod.pipelineParameters?.(config)).toMatchObject({
      'target-platforms': platforms,
    });
  });

  it('builds all platforms in one pod unless told otherwise', () => {
    const { parameters } = validateParameters(buildxMethod, {
      platforms: ['linux/amd64'],
    }) as { parameters: JsonObject };
    expect(buildxMethod.needs(configOf(parameters)).platformStrategy).toBe(
      'single-pod',
    );
    expect(
      buildxMethod.needs(configOf({ 'platform-strategy': 'native' })),
    ).toMatchObject({ platformStrategy: 'native' });
  });

  it('says which strategies there are, and that native needs platforms', async () => {
    expect(
      validateParameters(buildxMethod, { 'platform-strategy': 'emulated' }),
    ).toMatchObject({
      problems: [
        {
          path: '/platform-strategy',
          message: expect.stringMatching(/single-pod.*native/),
        },
      ],
    });
    const validate = (platforms: string[]) =>
      buildxMethod.validate(
        {
          'context-path': '.',
          'dockerfile-path': 'Dockerfile',
          'platform-strategy': 'native',
          platforms,
        },
        undefined,
      );
    expect(await validate([])).toEqual([
      {
        path: '/platform-strategy',
        message: expect.stringMatching(/Name the platforms.*single-pod/),
      },
    ]);
    expect(await validate(['linux/arm64'])).toEqual([]);
  });

  it('tells how a person builds the same', () => {
    expect(
      buildxMethod.reproduce?.(
        configOf({ platforms: ['linux/amd64', 'linux/arm64'] }),
        [],
      ),
    ).toEqual([
      [
        'docker',
        'buildx',
        'build',
        '--file=Dockerfile',
        '--platform=linux/amd64,linux/arm64',
        '--tag=registry.example.com/team-a/site:1',
        '.',
      ],
    ]);
  });

  it('has buildctl build and write the layout at once', () => {
    const { steps } = buildxMethod.localPlan!(
      configOf({
        'context-path': 'app',
        target: 'release',
        'build-args': { A: 'b c' },
        labels: { d: 'e' },
        'no-cache': true,
        platforms: ['linux/amd64'],
      }),
      {
        root: '/work',
        source: '/run/source',
        layout: '/run/layout',
        scratch: '/run/scratch',
      },
      {
        build: {
          name: 'buildctl',
          version: '0.34.2',
          path: '/usr/bin/buildctl',
          globalArgs: [],
          settings: {},
        },
      },
    );
    expect(steps[1].action).toEqual({
      type: 'commands',
      commands: [
        {
          argv: [
            '/usr/bin/buildctl',
            'build',
            '--progress=plain',
            '--frontend=dockerfile.v0',
            '--no-cache',
            '--local=context=/run/source/app',
            '--local=dockerfile=/run/source/app',
            '--opt=filename=Dockerfile',
            '--opt=target=release',
            '--opt=platform=linux/amd64',
            '--opt=build-arg:A=b c',
            '--opt=label:d=e',
            '--output=type=oci,dest=/run/layout',
          ],
        },
      ],
    });
  });

  it.each([
    [
      'Error: BuildKit does not start; what it says stands above.',
      'buildkit-not-there',
      'infrastructure',
    ],
    [
      'error: listing workers for Build: failed to list workers: Unavailable: connection error: desc = "transport: Error while dialing: dial unix /run/buildkit/buildkitd.sock: connect: no such file or directory"',
      'buildkit-not-there',
      'infrastructure',
    ],
    [
      'Error: BuildKit itself has ended before the build.',
      'buildkit-ended',
      'user',
    ],
  ])('explains a daemon that is not there (%#)', (line, rule, kind) => {
    expect(explain(['something', line])).toMatchObject({
      rule,
      class: kind,
      evidenceLine: 2,
      hint: expect.stringMatching(/\.$/),
    });
  });
});
