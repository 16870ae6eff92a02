import * as fc from 'fast-check';
import { asKubelet } from './__testUtils__/asKubelet';
import { isJsonObject } from './__testUtils__/isJsonObject';
import { ATTACK_VALUES, VARIABLES } from './__testUtils__/attackValues';
import { dockerTemplateText, templateOf } from './__testUtils__/dockerTemplate';
import { renderInput } from './__testUtils__/renderInput';
import { PipelineRun } from './pipeline';
import {
  RUN_ANNOTATIONS,
  RUN_LABELS,
  RenderInput,
  entityHash,
  renderPipelineRun,
  specHash,
  tenantLabel,
} from './render';

function render(overrides: Partial<RenderInput> = {}): PipelineRun {
  const rendered = renderPipelineRun(renderInput(overrides));
  if ('problems' in rendered) throw new Error(JSON.stringify(rendered));
  return rendered.pipelineRun;
}

function problemsOf(overrides: Partial<RenderInput>) {
  const rendered = renderPipelineRun(renderInput(overrides));
  return 'problems' in rendered ? rendered.problems : [];
}

function changedTemplate(from: string, to: string) {
  const text = dockerTemplateText();
  expect(text).toContain(from);
  return templateOf(text.replace(from, to));
}

const base = renderInput();
const LABEL = /^(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;

/** Any text that a build may hold. */
const anyText = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(...ATTACK_VALUES),
    fc
      .tuple(
        fc.constantFrom(...ATTACK_VALUES),
        fc.constantFrom(...ATTACK_VALUES),
      )
      .map(([a, b]) => a + b),
  )
  .filter(
    text =>
      !text.includes('$(') &&
      !text.includes('\0') &&
      !/\p{Surrogate}/u.test(text),
  );

describe('renderPipelineRun', () => {
  it('gives the same run, byte for byte, for the same input', () => {
    expect(JSON.stringify(render())).toBe(JSON.stringify(render()));
  });

  it('leaves the template as it was, also where the run is changed', () => {
    const input = renderInput();
    const before = JSON.stringify(input.template);
    const rendered = renderPipelineRun(input);
    if ('problems' in rendered) throw new Error(JSON.stringify(rendered));
    rendered.pipelineRun.spec.pipelineSpec.tasks[0].taskSpec.steps.pop();
    expect(JSON.stringify(input.template)).toBe(before);
  });

  it('puts any value of a user into parameters alone, from which a container gets it as it was', () => {
    const plain = render();
    fc.assert(
      fc.property(
        fc.record({
          target: anyText,
          dockerfile: anyText,
          args: fc.array(anyText, { maxLength: 4 }),
          labels: fc.array(anyText, { maxLength: 4 }),
        }),
        ({ target, dockerfile, args, labels }) => {
          const run = render({
            parameters: {
              ...base.parameters,
              target,
              'dockerfile-path': dockerfile,
              'build-args': args,
              labels,
            },
          });
          const given = Object.fromEntries(
            run.spec.params.map(({ name, value }) => [
              name,
              Array.isArray(value)
                ? value.map(each => asKubelet(each))
                : asKubelet(value),
            ]),
          );
          expect(given).toMatchObject({
            target,
            'dockerfile-path': dockerfile,
            'build-args': args,
            labels,
          });
          // All else is what it is without any value of a user.
          expect({
            ...run,
            metadata: {
              ...run.metadata,
              annotations: {
                ...run.metadata.annotations,
                [RUN_ANNOTATIONS.specHash]:
                  plain.metadata.annotations[RUN_ANNOTATIONS.specHash],
              },
            },
            spec: { ...run.spec, params: plain.spec.params },
          }).toEqual(plain);
          expect(JSON.parse(JSON.stringify(run))).toEqual(run);
          expect(isJsonObject(run)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('writes twice as many of several dollar signs in a row, since the kubelet takes half of them away', () => {
    const { params } = render({
      parameters: { ...base.parameters, target: '$a $$b $$$c$$' },
    }).spec;
    expect(params).toContainEqual({
      name: 'target',
      value: '$a $$$$b $$$$$$c$$$$',
    });
  });

  it('has nothing but valid labels, whoever asks for a build of what', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.string({ unit: 'binary', maxLength: 300 }),
        (tenant, entityRef) => {
          const { labels } = render({
            build: { ...base.build, tenant, entityRef },
          }).metadata;
          for (const value of Object.values(labels)) {
            expect(value).toMatch(LABEL);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tells tenants and entities apart by their labels, also where they read alike', () => {
    const tenants = ['group:default/a', 'group-default-a', 'group:default/A'];
    expect(new Set(tenants.map(tenantLabel)).size).toBe(3);
    expect(tenantLabel('group:default/team-a')).toMatch(
      /^group-default-team-a-[0-9a-f]{12}$/,
    );
    expect(entityHash('component:default/a')).toMatch(/^[0-9a-f]{32}$/);
  });

  it('says of whom and what the run is', () => {
    const { labels, annotations } = render().metadata;
    expect(labels).toEqual({
      [RUN_LABELS.instance]: 'portal',
      [RUN_LABELS.build]: base.run.buildId,
      [RUN_LABELS.tenant]: tenantLabel('group:default/team-a'),
      [RUN_LABELS.attempt]: '1',
      [RUN_LABELS.method]: 'docker',
      [RUN_LABELS.entityHash]: entityHash('component:default/hello-site'),
    });
    expect(annotations).toMatchObject({
      [RUN_ANNOTATIONS.entity]: 'component:default/hello-site',
      [RUN_ANNOTATIONS.tenant]: 'group:default/team-a',
      [RUN_ANNOTATIONS.requester]: 'user:default/guest',
      [RUN_ANNOTATIONS.template]: 'podman-build-pipeline@1.2.0',
      [RUN_ANNOTATIONS.templateDigest]: base.template.digest,
      [RUN_ANNOTATIONS.specHash]: specHash(render()),
    });
  });

  it.each(VARIABLES)('refuses %s in every value of a user', value => {
    const both = {
      path: expect.any(String),
      message: expect.stringContaining('holds "$("'),
    };
    expect(
      problemsOf({ parameters: { ...base.parameters, target: value } }),
    ).toEqual([{ ...both, path: '/parameters/target' }]);
    expect(
      problemsOf({
        parameters: { ...base.parameters, 'build-args': ['A=1', `B=${value}`] },
      }),
    ).toEqual([{ ...both, path: '/parameters/build-args/1' }]);
    for (const overrides of [
      { source: { ...base.source, path: value } },
      { source: { ...base.source, repository: `https://a/${value}` } },
      { source: { ...base.source, commit: value } },
      { image: { ...base.image, repository: `a/${value}` } },
      { platforms: [value] },
    ]) {
      expect(problemsOf(overrides)).not.toEqual([]);
    }
  });

  it.each([
    ['a\0b', /NUL/],
    ['\ud800', /half of a character/],
    ['x'.repeat(9000), /9000 characters long\. Shorten it to 8192/],
  ])('refuses the value %j', (value, message) => {
    expect(
      problemsOf({ parameters: { ...base.parameters, target: value } }),
    ).toEqual([
      { path: '/parameters/target', message: expect.stringMatching(message) },
    ]);
  });

  it('refuses more than a cluster stores of one object', () => {
    const args = Array.from({ length: 100 }, () => `A=${'x'.repeat(4096)}`);
    expect(
      problemsOf({ parameters: { ...base.parameters, 'build-args': args } }),
    ).toEqual([
      {
        path: '/parameters',
        message: expect.stringMatching(/takes 262144\. Put long values/),
      },
    ]);
  });

  it.each<[string, Partial<RenderInput>, string, RegExp]>([
    [
      'a name that Kubernetes has not',
      { run: { ...base.run, name: 'Docker_1' } },
      '/run/name',
      /lower-case/,
    ],
    [
      'an instance that is no label',
      { run: { ...base.run, instance: 'a b' } },
      '/run/instance',
      /label/,
    ],
    [
      'a template of another method',
      { build: { ...base.build, method: 'nix' } },
      '/build/method',
      /Choose a template of nix/,
    ],
    [
      'a short commit',
      { source: { ...base.source, commit: 'abc1234' } },
      '/source/commit',
      /full hash/,
    ],
    [
      'a login in the URL',
      { source: { ...base.source, repository: 'https://u:p@git/x' } },
      '/source/repository',
      /without a login/,
    ],
    [
      'a URL that is an option',
      { source: { ...base.source, repository: '--upload-pack=x' } },
      '/source/repository',
      /https URL/,
    ],
    [
      'another protocol',
      { source: { ...base.source, repository: 'ext::sh -c id' } },
      '/source/repository',
      /https URL/,
    ],
    [
      'a folder outside',
      { source: { ...base.source, path: 'a/../../b' } },
      '/source/path',
      /inside the repository/,
    ],
    [
      'the folder of git itself',
      { source: { ...base.source, path: '.git' } },
      '/source/path',
      /inside the repository/,
    ],
    [
      'an image with a tag',
      { image: { ...base.image, repository: 'registry/app:1' } },
      '/image/repository',
      /no tag/,
    ],
    [
      'an image without a registry',
      { image: { ...base.image, repository: 'app' } },
      '/image/repository',
      /Name the registry/,
    ],
    [
      'a registry that is TOML',
      { image: { ...base.image, repository: 'a"\n[x]/app' } },
      '/image/repository',
      /registry and a repository/,
    ],
    ['no platform', { platforms: ['--labels'] }, '/platforms/0', /no platform/],
    [
      'no timeout',
      { timeouts: { buildSeconds: 0, pendingSeconds: 0 } },
      '/timeouts/buildSeconds',
      /at least 1/,
    ],
    [
      'an old Tekton',
      { cluster: { tektonVersion: 'v1.6.2' } },
      '/cluster/tektonVersion',
      /older than 1\.9\.0.*Upgrade/,
    ],
    [
      'a parameter that is another type',
      { parameters: { ...base.parameters, target: ['a'] } },
      '/parameters/target',
      /declares the parameter "target" as string/,
    ],
    [
      'a parameter that the template has not',
      { parameters: { ...base.parameters, squash: 'true' } },
      '/parameters/squash',
      /has no parameter "squash", so that its value would be lost/,
    ],
    [
      'a parameter of the portal’s from the method',
      { parameters: { ...base.parameters, repository: 'https://a/b' } },
      '/parameters/repository',
      /gives by itself/,
    ],
    [
      'a template that needs more than there is',
      {
        template: changedTemplate('      default: Dockerfile\n', ''),
        parameters: {},
      },
      '/template/spec/params/6',
      /needs the parameter "dockerfile-path"/,
    ],
    [
      'a workspace that nobody binds',
      {
        template: changedTemplate(
          '    - name: git-credentials\n      description: Login for the git host, where it asks for one.\n      optional: true\n',
          '    - name: git-credentials\n    - name: cache\n',
        ),
        secrets: { git: 'x' },
      },
      '/template/spec/workspaces/1',
      /workspace "cache", which the portal does not bind/,
    ],
    [
      'no Secret where one is a must',
      {
        template: changedTemplate(
          '    - name: git-credentials\n      description: Login for the git host, where it asks for one.\n      optional: true\n',
          '    - name: git-credentials\n',
        ),
      },
      '/template/spec/workspaces/0',
      /no Secret is configured/,
    ],
  ])('refuses %s', (_, overrides, path, message) => {
    expect(problemsOf(overrides)).toEqual([
      { path, message: expect.stringMatching(message) },
    ]);
  });

  it('names the key of the configuration where an image for a step is missing', () => {
    expect(problemsOf({ stepImages: { git: 'x' } })).toEqual(
      [1, 4].map(index => ({
        path: `/template/spec/tasks/0/taskSpec/steps/${index}/image`,
        message: expect.stringContaining(
          'Set imageFactory.executors.kubernetes.stepImages.buildah',
        ),
      })),
    );
    expect(problemsOf({ stepImages: {} })).toHaveLength(3);
  });

  it('leaves out what a template says that it ignores, and what is empty', () => {
    const template = changedTemplate(
      'annotations:\n',
      'annotations:\n    image-factory.io/ignored-parameters: squash, other\n',
    );
    const { params } = render({
      template,
      parameters: { ...base.parameters, squash: 'true', cache: '' },
    }).spec;
    expect(params.map(({ name }) => name)).toEqual(
      template.parameters.map(({ name }) => name),
    );
  });

  it('takes a version of Tekton that cannot be read for the oldest', () => {
    expect(problemsOf({ cluster: { tektonVersion: 'devel' } })).toEqual([]);
  });

  it('gives every step a profile of seccomp but those that the template names', () => {
    const { steps } = render().spec.pipelineSpec.tasks[0].taskSpec;
    expect(
      steps.map(({ name, securityContext }) => [
        name,
        securityContext?.seccompProfile?.type,
      ]),
    ).toEqual([
      ['clone-repo', 'RuntimeDefault'],
      ['build-image', undefined],
      ['push-image', 'RuntimeDefault'],
    ]);
  });

  it('gives resources to the step that builds, and each step the build’s timeout', () => {
    const resources = { requests: { cpu: '2' }, limits: { memory: '4Gi' } };
    const { spec } = render({
      resources,
      timeouts: { buildSeconds: 5400, pendingSeconds: 600 },
    });
    const { steps } = spec.pipelineSpec.tasks[0].taskSpec;
    expect(steps.map(({ computeResources }) => computeResources)).toEqual([
      undefined,
      resources,
      undefined,
    ]);
    expect(steps.map(({ timeout }) => timeout)).toEqual(
      steps.map(() => '1h32m0s'),
    );
    expect(spec.timeouts).toEqual({
      tasks: '1h42m0s',
      finally: '1m0s',
      pipeline: '1h43m0s',
    });
  });

  it('keeps the pod from its service account, and from nodes that were lost where there are others', () => {
    const { podTemplate } = render({
      placement: { avoidNodes: ['b', 'a'] },
    }).spec.taskRunTemplate;
    expect(podTemplate).toEqual({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 100,
              preference: {
                matchFields: ['a', 'b'].map(name => ({
                  key: 'metadata.name',
                  operator: 'NotIn',
                  values: [name],
                })),
              },
            },
          ],
        },
      },
    });
  });

  it('gives each login to one step alone', () => {
    const run = render({
      secrets: { git: 'g', registry: 'r', pull: 'p' },
    });
    expect(run.spec.workspaces).toEqual([
      { name: 'git-credentials', secret: { secretName: 'g' } },
      { name: 'registry-credentials', secret: { secretName: 'r' } },
      { name: 'pull-credentials', secret: { secretName: 'p' } },
    ]);
    expect(
      run.spec.pipelineSpec.tasks[0].taskSpec.steps.map(({ workspaces }) =>
        workspaces?.map(({ name }) => name),
      ),
    ).toEqual([
      ['git-credentials'],
      ['pull-credentials'],
      ['registry-credentials'],
    ]);
  });
});

describe('specHash', () => {
  it('is the same in whatever order the fields are, and another for another value', () => {
    const run = render();
    const turned = Object.fromEntries(
      Object.entries(run.spec).reverse(),
    ) as PipelineRun['spec'];
    expect(specHash({ spec: turned })).toBe(specHash(run));
    expect(specHash(render({ placement: { avoidNodes: ['a'] } }))).not.toBe(
      specHash(run),
    );
  });
});
