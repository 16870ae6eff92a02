import { buildxMethod } from '../methods';
import { bundledTemplate } from './__testUtils__/bundledTemplate';
import { templateOf } from './__testUtils__/dockerTemplate';
import { parametersOf, renderInput } from './__testUtils__/renderInput';
import { PipelineRun } from './pipeline';
import { RenderInput, renderPipelineRun } from './render';

function inputOf(
  nativePlatforms: string[] | undefined,
  overrides: Partial<RenderInput> = {},
): RenderInput {
  const { build } = renderInput();
  return renderInput({
    template: bundledTemplate('buildx'),
    build: { ...build, method: 'buildx' },
    parameters: parametersOf(
      { platforms: nativePlatforms ?? [] },
      buildxMethod,
    ),
    nativePlatforms,
    ...overrides,
  });
}

function render(...args: Parameters<typeof inputOf>): PipelineRun {
  const rendered = renderPipelineRun(inputOf(...args));
  if ('problems' in rendered) throw new Error(rendered.problems[0].message);
  return rendered.pipelineRun;
}

function problemsOf(...args: Parameters<typeof inputOf>) {
  const rendered = renderPipelineRun(inputOf(...args));
  return 'problems' in rendered ? rendered.problems : [];
}

const taskNames = ({ spec }: PipelineRun) =>
  spec.pipelineSpec.tasks.map(({ name }) => name);

describe('a run whose platforms are each built on nodes of their own', () => {
  it('has a task for each, in their order, and one for the index', () => {
    const run = render(['linux/arm64', 'linux/amd64']);
    expect(taskNames(run)).toEqual([
      'build-linux-arm64',
      'build-linux-amd64',
      'create-index',
    ]);
    expect(
      run.spec.pipelineSpec.tasks
        .slice(0, 2)
        .map(
          ({ params }) =>
            params?.find(({ name }) => name === 'target-platforms')?.value,
        ),
    ).toEqual([['linux/arm64'], ['linux/amd64']]);
  });

  it('places each by its platform, and by what the operator says of all', () => {
    const placement = {
      nodeSelector: { pool: 'builds', 'kubernetes.io/arch': 'amd64' },
      tolerations: [{ key: 'builds', operator: 'Exists' as const }],
      avoidNodes: ['node-a'],
    };
    const { taskRunSpecs, taskRunTemplate } = render(
      ['linux/amd64', 'linux/arm/v7', 'linux/386'],
      { placement },
    ).spec;
    expect(
      taskRunSpecs?.map(({ podTemplate }) => podTemplate.nodeSelector),
    ).toEqual(
      ['amd64', 'arm64', 'amd64'].map(architecture => ({
        pool: 'builds',
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': architecture,
      })),
    );
    for (const { podTemplate } of taskRunSpecs ?? []) {
      const { nodeSelector: _, ...rest } = podTemplate;
      const { nodeSelector: __, ...common } = taskRunTemplate.podTemplate;
      expect(rest).toEqual(common);
    }
  });

  it('has one task with the names of the template where it is for one platform', () => {
    const run = render(['linux/arm64']);
    expect(taskNames(run)).toEqual(['build']);
    expect(run.spec.taskRunSpecs).toMatchObject([
      {
        pipelineTaskName: 'build',
        podTemplate: { nodeSelector: { 'kubernetes.io/arch': 'arm64' } },
      },
    ]);
    expect(run.spec.pipelineSpec.results?.[1].value).toBe(
      '$(tasks.build.results.IMAGE_DIGEST)',
    );
  });

  it('is not what a build is that does not ask for it', () => {
    const run = render(undefined);
    expect(taskNames(run)).toEqual(['build']);
    expect(run.spec.taskRunSpecs).toBeUndefined();
    expect(JSON.stringify(run)).not.toContain('create-index');
  });

  it('hands tasks that come later the index, and waits for all of it before the end', () => {
    const more = `
    - name: test-image
      runAfter: [build]
      params:
        - name: digest
          value: $(tasks.build.results.IMAGE_DIGEST)
        - name: commits
          value: ['$(tasks.build.results.CHAINS-GIT_COMMIT)']
      taskSpec:
        params:
          - name: digest
          - name: commits
            type: array
        steps:
          - name: test-image
            image: step-images/buildah
            command: [echo]
`;
    const template = templateOf(bundledTemplate('buildx').yaml + more.slice(1));
    const run = render(['linux/amd64', 'linux/arm64'], { template });
    const task = run.spec.pipelineSpec.tasks.at(-1);
    expect(task).toMatchObject({
      runAfter: ['build-linux-amd64', 'build-linux-arm64'],
      params: [
        { name: 'digest', value: '$(tasks.create-index.results.IMAGE_DIGEST)' },
        {
          name: 'commits',
          value: ['$(tasks.build-linux-amd64.results.CHAINS-GIT_COMMIT)'],
        },
      ],
    });
  });

  it('takes no counts of scans that are not there', () => {
    const run = render(['linux/amd64', 'linux/arm64']);
    const index = run.spec.pipelineSpec.tasks.at(-1);
    expect(index?.params?.find(({ name }) => name === 'scans')?.value).toEqual(
      [],
    );
    expect(
      run.spec.pipelineSpec.results?.map(({ name }) => name),
    ).not.toContain('SCAN_OUTPUT');
  });

  it.each([
    ['no platform', [], /none is named.*single-pod/],
    [
      'platforms whose tasks would have one name',
      ['linux/arm/v7', 'linux/arm/v7'],
      /Name each platform once/,
    ],
    ['what is no platform', ['linux/amd64', 'arm64$('], /is no platform/],
  ])('is refused for %s', (_, platforms, message) => {
    expect(problemsOf(platforms)).toContainEqual(
      expect.objectContaining({ message: expect.stringMatching(message) }),
    );
  });

  it('is refused by a template that makes no index, unless it is for one platform', () => {
    const template = templateOf(
      bundledTemplate('buildx').yaml.replace(
        '    image-factory.io/index-task: create-index\n',
        '',
      ),
    );
    expect(problemsOf(['linux/amd64', 'linux/arm64'], { template })).toEqual([
      {
        path: '/nativePlatforms',
        message: expect.stringMatching(
          /no task that makes an index.*single-pod/,
        ),
      },
    ]);
    expect(problemsOf(['linux/arm64'], { template })).toEqual([]);
  });

  it('is refused by a template that cannot be told for which platform it builds', () => {
    const { build } = renderInput();
    expect(
      problemsOf(['linux/arm64'], {
        template: bundledTemplate('docker'),
        build,
        parameters: parametersOf({}),
      }),
    ).toEqual([
      {
        path: '/nativePlatforms',
        message: expect.stringMatching(/no parameter "target-platforms"/),
      },
    ]);
  });
});
