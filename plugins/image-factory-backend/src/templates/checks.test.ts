import { GateSettings } from '../checks';
import { checkedTemplate } from './__testUtils__/checkedTemplate';
import { renderInput } from './__testUtils__/renderInput';
import { lintTemplate } from './lint';
import { PipelineRun } from './pipeline';
import { RenderInput, renderPipelineRun, specHash } from './render';

const BOTH = { sbom: true, scan: true };
const GATE: GateSettings = {
  severity: 'high',
  ignoreUnfixed: true,
  ignore: ['CVE-2024-0001', 'CVE-2024-0002'],
};

function input(
  checks: RenderInput['checks'],
  template = checkedTemplate(),
): RenderInput {
  return { ...renderInput(), template, checks };
}

/** A login that the step alone has that scans. */
const OWN_LOGIN: [from: string, to: string][] = [
  [
    'spec:\n  params:',
    'spec:\n  workspaces:\n    - name: pull-credentials\n      optional: true\n  params:',
  ],
  [
    '      taskSpec:\n',
    '      workspaces:\n        - name: pull-credentials\n      taskSpec:\n        workspaces:\n          - name: pull-credentials\n            optional: true\n',
  ],
  [
    '            onError: continue\n',
    '            onError: continue\n            workspaces:\n              - name: pull-credentials\n',
  ],
];

/** The images of an operator who has configured none for checks. */
function withoutChecks({ stepImages }: RenderInput) {
  const { syft: _syft, trivy: _trivy, ...others } = stepImages;
  return others;
}

function render(checks: RenderInput['checks']): PipelineRun {
  const rendered = renderPipelineRun(input(checks));
  if ('problems' in rendered) throw new Error(JSON.stringify(rendered));
  return rendered.pipelineRun;
}

function problemsOf(given: RenderInput) {
  const rendered = renderPipelineRun(given);
  return 'problems' in rendered ? rendered.problems : [];
}

function stepsOf({ spec }: PipelineRun): string[] {
  return spec.pipelineSpec.tasks[0].taskSpec.steps.map(({ name }) => name);
}

function paramsOf({ spec }: PipelineRun) {
  return Object.fromEntries(
    spec.params.map(({ name, value }) => [name, value]),
  );
}

function names(list: { name: string }[] | undefined): string[] {
  return (list ?? []).map(({ name }) => name);
}

describe('the steps of checks', () => {
  it('are in a run that asks for both, in the order of the template', () => {
    const run = render(BOTH);
    expect(stepsOf(run)).toEqual([
      'build-image',
      'generate-sbom',
      'scan-image',
      'push-image',
    ]);
    expect(run.metadata.annotations).toMatchObject({
      'image-factory.io/sbom-step': 'generate-sbom',
      'image-factory.io/scan-step': 'scan-image',
    });
  });

  it.each([undefined, { sbom: false, scan: false }])(
    'are not in a run that asks for none (%j), nor is what comes from them, and their images need not be there',
    checks => {
      const given = input(checks);
      const rendered = renderPipelineRun({
        ...given,
        stepImages: withoutChecks(given),
      });
      const { pipelineRun: run } = rendered as { pipelineRun: PipelineRun };
      const { tasks, results } = run.spec.pipelineSpec;
      expect(stepsOf(run)).toEqual(['build-image', 'push-image']);
      expect(names(tasks[0].taskSpec.results)).toEqual([
        'IMAGE_URL',
        'IMAGE_DIGEST',
        'SBOM_BLOB_URL',
      ]);
      expect(names(results)).toEqual([
        'IMAGE_URL',
        'IMAGE_DIGEST',
        'CHAINS-GIT_URL',
        'CHAINS-GIT_COMMIT',
        'SBOM_BLOB_URL',
      ]);
      expect(JSON.stringify(run.spec)).not.toContain('steps.scan-image');
      expect(Object.keys(run.metadata.annotations)).not.toContain(
        'image-factory.io/scan-step',
      );
    },
  );

  it('are there one without the other', () => {
    expect(stepsOf(render({ sbom: true, scan: false }))).toEqual([
      'build-image',
      'generate-sbom',
      'push-image',
    ]);
    expect(stepsOf(render({ sbom: false, scan: true }))).toEqual([
      'build-image',
      'scan-image',
      'push-image',
    ]);
  });

  it('leave the template as it is', () => {
    const given = input({ sbom: false, scan: false });
    const before = JSON.stringify(given.template);
    renderPipelineRun(given);
    expect(JSON.stringify(given.template)).toBe(before);
  });

  it('make another run of the same build', () => {
    expect(specHash(render(BOTH))).not.toBe(
      specHash(render({ sbom: true, scan: false })),
    );
  });

  it('are told what stops an image, and where the databases are', () => {
    expect(
      paramsOf(
        render({
          ...BOTH,
          gate: GATE,
          database: 'registry.example.com/mirror/trivy-db:2',
          javaDatabase: 'registry.example.com/mirror/trivy-java-db:1',
        }),
      ),
    ).toMatchObject({
      scan: 'true',
      'scan-gate': 'high',
      'scan-ignore-unfixed': 'true',
      'scan-ignore': ['CVE-2024-0001', 'CVE-2024-0002'],
      'scan-database': 'registry.example.com/mirror/trivy-db:2',
      'scan-java-database': 'registry.example.com/mirror/trivy-java-db:1',
    });
    expect(paramsOf(render(BOTH))).toMatchObject({
      scan: 'true',
      'scan-gate': '',
      'scan-ignore-unfixed': 'false',
      'scan-ignore': [],
      'scan-database': '',
      'scan-java-database': '',
    });
    expect(paramsOf(render({ sbom: true, scan: false })).scan).toBe('false');
  });

  it('are demanded of a template that has none, in words', () => {
    const template = checkedTemplate(
      ['    image-factory.io/sbom-step: generate-sbom\n', ''],
      ['    image-factory.io/scan-step: scan-image\n', ''],
    );
    expect(problemsOf(input({ ...BOTH, gate: GATE }, template))).toEqual([
      {
        path: '/checks/sbom',
        message: expect.stringMatching(
          /makes no image without its SBOM, and the template checked-pipeline 1\.1\.0 has no step for that\. Rebuild with the latest inputs/,
        ),
      },
      {
        path: '/checks/scan',
        message: expect.stringMatching(/makes no image without its scan/),
      },
    ]);
  });

  it('are demanded with their images, in words that point at the step in the template', () => {
    const given = input(BOTH);
    const { syft: _, ...stepImages } = given.stepImages;
    expect(problemsOf({ ...given, stepImages })).toEqual([
      {
        path: '/template/spec/tasks/0/taskSpec/steps/1/image',
        message: expect.stringMatching(/needs an image for "syft"/),
      },
    ]);
    expect(
      problemsOf({
        ...input({ sbom: false, scan: true }),
        stepImages: withoutChecks(input(undefined)),
      }),
    ).toEqual([
      expect.objectContaining({
        path: '/template/spec/tasks/0/taskSpec/steps/2/image',
      }),
    ]);
  });

  it('take a login with them that is for them alone, which all other steps would have otherwise', () => {
    const loginsOf = (checks: RenderInput['checks']) => {
      const rendered = renderPipelineRun({
        ...input(checks, checkedTemplate(...OWN_LOGIN)),
        secrets: { pull: 'base-images' },
      });
      if ('problems' in rendered) throw new Error(JSON.stringify(rendered));
      const [task] = rendered.pipelineRun.spec.pipelineSpec.tasks;
      return [names(task.workspaces), names(task.taskSpec.workspaces)];
    };
    const login = ['pull-credentials'];
    expect(loginsOf(BOTH)).toEqual([login, login]);
    expect(loginsOf({ sbom: true, scan: false })).toEqual([[], []]);
  });

  it('do not let an image pass that the gate is not told of', () => {
    const template = checkedTemplate(['    - name: scan-ignore-unfixed\n', '']);
    expect(problemsOf(input({ ...BOTH, gate: GATE }, template))).toContainEqual(
      {
        path: '/checks/gate',
        message: expect.stringMatching(
          /lacks the parameters scan-ignore-unfixed\./,
        ),
      },
    );
  });
});

describe('lintTemplate of checks', () => {
  function lint(...changes: [from: string, to: string][]) {
    return lintTemplate(checkedTemplate(...changes)).map(
      ({ path, message }) => `${path}: ${message}`,
    );
  }

  it('has nothing against steps that are there or not', () => {
    expect(lintTemplate(checkedTemplate())).toEqual([]);
  });

  it.each<[string, string, string, RegExp]>([
    [
      'an annotation about a step that is not there',
      'scan-step: scan-image',
      'scan-step: scan',
      /^\/metadata\/annotations\/image-factory\.io~1scan-step: There is no step "scan"\. Name one of: build-image, generate-sbom, scan-image, push-image;/,
    ],
    [
      'a scan that ends the run',
      '            onError: continue\n',
      '',
      /^\/spec\/tasks\/0\/taskSpec\/steps\/2: .*Set onError to continue\.$/,
    ],
    [
      'a scan that is not told what stops an image',
      '    - name: scan-ignore\n      type: array\n',
      '',
      /^\/spec\/params: .*Declare the parameters scan-ignore, and/,
    ],
    [
      'a step that needs the result of one that may not be there',
      '            script: skopeo\n',
      '              - name: FOUND\n                value: $(steps.scan-image.results.SCAN_OUTPUT)\n            script: skopeo\n',
      /^\/spec\/tasks\/0\/taskSpec\/steps\/3\/env\/1\/value: \$\(steps\.scan-image\.results\. is of a step that is not there/,
    ],
    [
      'a task that needs the result of one',
      'spec:\n  params:',
      'spec:\n  finally:\n    - name: tell\n      params:\n        - name: found\n          value: $(tasks.build.results.SCAN_OUTPUT)\n      taskSpec:\n        params:\n          - name: found\n        steps:\n          - name: tell\n            image: step-images/git\n            script: tell\n  params:',
      /^\/spec\/finally\/0\/params\/0\/value: \$\(tasks\.build\.results\.SCAN_OUTPUT\) is of a step that is not there/,
    ],
  ])('refuses %s', (_, from, to, problem) => {
    expect(lint([from, to])).toContainEqual(expect.stringMatching(problem));
  });

  it('refuses a login that only the step of a check lists, where another step names it', () => {
    const named: [string, string] = [
      '            script: buildah\n',
      '            script: buildah\n            env:\n              - name: LOGIN\n                value: $(workspaces.pull-credentials.path)\n',
    ];
    expect(lint(...OWN_LOGIN)).toEqual([]);
    expect(lint(...OWN_LOGIN, named)).toEqual([
      expect.stringMatching(
        /steps\/2\/workspaces\/0: No step but "scan-image" lists the workspace "pull-credentials"/,
      ),
    ]);
  });

  it('refuses a step that is alone in its task, which would have none', () => {
    const alone =
      'spec:\n  finally:\n    - name: tell\n      taskSpec:\n        steps:\n          - name: alone\n            image: step-images/git\n            script: tell\n  params:';
    expect(
      lint(
        ['sbom-step: generate-sbom', 'sbom-step: alone'],
        ['spec:\n  params:', alone],
      ),
    ).toContainEqual(
      expect.stringMatching(
        /sbom-step: The step "alone" is the only one of its task/,
      ),
    );
  });
});
