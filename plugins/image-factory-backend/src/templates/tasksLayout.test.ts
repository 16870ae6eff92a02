import {
  bundledTemplate,
  tasksTemplate,
  tasksTemplateText,
} from './__testUtils__/bundledTemplate';
import {
  dockerTemplate,
  dockerTemplateText,
  templateOf,
} from './__testUtils__/dockerTemplate';
import { renderInput } from './__testUtils__/renderInput';
import { lintTemplate } from './lint';
import { PipelineTask, PipelineTemplate } from './pipeline';
import { renderPipelineRun } from './render';

const ANNOTATION = '/metadata/annotations/image-factory.io~1layout';
const VOLUME = { size: '10Gi', accessModes: ['ReadWriteOnce'] };

function tasksOf({ pipeline }: PipelineTemplate): PipelineTask[] {
  return pipeline.spec.tasks;
}

/** A script without what is there for steps that share a pod with the one that builds. */
function withoutLock(script: string | undefined): string[] {
  return (script ?? '')
    .replaceAll(' 9<&-', '')
    .split('\n')
    .filter(
      (line, place, lines) =>
        !/LOCK\/build-image|^flock|^exec$/.test(line.trim()) &&
        !/^(?:exec 9|flock|: >"\$LOCK)/.test(
          line.trim().startsWith('#') ? lines[place + 1]?.trim() ?? '' : '',
        ),
    );
}

function lint(from: string, to: string, text = tasksTemplateText()) {
  expect(text).toContain(from);
  return lintTemplate(templateOf(text.replace(from, to))).map(
    ({ path, message }) => [path, message],
  );
}

describe('the example of a template whose tasks share a volume', () => {
  it('has nothing that is wrong', () => {
    expect(lintTemplate(tasksTemplate())).toEqual([]);
  });

  it('runs the steps of the template of docker in three tasks, each after the one before it', () => {
    expect(
      tasksOf(tasksTemplate()).map(({ name, runAfter, taskSpec }) => [
        name,
        runAfter,
        taskSpec.steps.map(step => step.name),
      ]),
    ).toEqual([
      ['clone', undefined, ['clone-repo']],
      ['build', ['clone'], ['build-image']],
      ['push', ['build'], ['generate-sbom', 'scan-image', 'push-image']],
    ]);
  });

  it('does in them what that one does, but for what keeps steps of one pod apart', () => {
    const [{ taskSpec }] = tasksOf(dockerTemplate());
    const own = tasksOf(tasksTemplate()).flatMap(task => task.taskSpec.steps);
    for (const [place, step] of taskSpec.steps.entries()) {
      const { script, image, args, securityContext, results } = own[place];
      expect({ image, args, securityContext, results }).toEqual({
        image: step.image,
        args: step.args,
        securityContext: step.securityContext,
        results: step.results,
      });
      const added = [
        '              # Each of the tasks after this one gets those of these folders that it needs.',
        '              mkdir "$SOURCE" "$FILES/layout" "$GIT_WORK_TREE"',
      ].map(line => line.trim());
      expect(withoutLock(script).filter(line => !added.includes(line))).toEqual(
        withoutLock(step.script).filter(
          line =>
            line !== 'mkdir "$GIT_WORK_TREE"' || step.name !== 'clone-repo',
        ),
      );
    }
  });

  it('gives each login to the steps that have it there, and to no other', () => {
    const logins = (template: PipelineTemplate) =>
      tasksOf(template)
        .flatMap(({ taskSpec }) => taskSpec.steps)
        .map(({ name, workspaces = [] }) => [
          name,
          workspaces
            .map(workspace => workspace.name)
            .filter(workspace => workspace.endsWith('-credentials')),
        ]);
    expect(logins(tasksTemplate())).toEqual(logins(dockerTemplate()));
  });

  it('lets the build change no sources, and whoever pushes no image', () => {
    const bound = tasksOf(tasksTemplate()).map(({ workspaces, taskSpec }) =>
      (workspaces ?? [])
        .filter(({ workspace }) => workspace === 'files')
        .map(({ name, subPath }) => [
          subPath,
          Boolean(
            taskSpec.workspaces?.find(each => each.name === name)?.readOnly,
          ),
        ]),
    );
    expect(bound).toEqual([
      [[undefined, false]],
      [
        ['source', true],
        ['layout', false],
      ],
      [['layout', true]],
    ]);
  });

  it('is given a volume for the run, of the class that the operator names', () => {
    const bind = (storageClassName?: string) => {
      const rendered = renderPipelineRun(
        renderInput({
          template: tasksTemplate(),
          workspaceVolume: { ...VOLUME, storageClassName },
        }),
      );
      if ('problems' in rendered) throw new Error(rendered.problems[0].message);
      return rendered.pipelineRun.spec.workspaces;
    };
    const spec = {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '10Gi' } },
    };
    expect(bind()).toEqual([{ name: 'files', volumeClaimTemplate: { spec } }]);
    expect(bind('fast')).toEqual([
      {
        name: 'files',
        volumeClaimTemplate: { spec: { ...spec, storageClassName: 'fast' } },
      },
    ]);
  });

  it('is refused where the operator names none', () => {
    expect(
      renderPipelineRun(renderInput({ template: tasksTemplate() })),
    ).toEqual({
      problems: [
        {
          path: '/template/spec/workspaces/0',
          message: expect.stringMatching(/clusters\[\]\.workspaceVolume/),
        },
      ],
    });
  });

  it('is refused for platforms that need nodes of their own', () => {
    expect(
      renderPipelineRun(
        renderInput({
          template: tasksTemplate(),
          workspaceVolume: VOLUME,
          nativePlatforms: ['linux/amd64'],
        }),
      ),
    ).toEqual({
      problems: [
        {
          path: '/nativePlatforms',
          message: expect.stringMatching(/share a volume.*single-pod/),
        },
      ],
    });
  });
});

describe('lintTemplate of a template with a layout', () => {
  it('refuses a layout that there is not', () => {
    expect(lint('layout: tasks', 'layout: pods')).toEqual([
      [
        ANNOTATION,
        '"pods" is no layout that a template can have. Use one of: pod, tasks.',
      ],
    ]);
  });

  it('refuses tasks without a volume, and a volume without tasks', () => {
    const annotated = dockerTemplateText().replace(
      '  annotations:\n',
      '  annotations:\n    image-factory.io/layout: tasks\n',
    );
    expect(lintTemplate(templateOf(annotated))).toMatchObject([
      {
        path: ANNOTATION,
        message: expect.stringMatching(/no workspace for one/),
      },
    ]);
    expect(lint('    image-factory.io/layout: tasks\n', '')).toEqual([
      [
        '/spec/workspaces/0',
        expect.stringMatching(/"files" is none of a login/),
      ],
    ]);
  });

  it('refuses a second volume, which Tekton gives no pod', () => {
    expect(
      lint(
        '  workspaces:\n    - name: files\n',
        '  workspaces:\n    - name: files\n    - name: more\n',
      ),
    ).toEqual([['/spec/workspaces/1', expect.stringMatching(/by subPath/)]]);
  });

  it('refuses tasks that may run at once on it', () => {
    expect(lint('      runAfter: [build]\n', '')).toEqual([
      [
        '/spec/tasks/2',
        expect.stringMatching(/"push" and "clone".*runAfter of "push"/),
      ],
      [
        '/spec/tasks/2',
        expect.stringMatching(/"push" and "build".*runAfter of "push"/),
      ],
    ]);
  });

  it('refuses an index beside it', () => {
    expect(
      lint(
        'layout: tasks\n',
        'layout: tasks\n    image-factory.io/index-task: push\n',
      ),
    ).toContainEqual([
      ANNOTATION,
      expect.stringMatching(/Take one of the two annotations out/),
    ]);
  });
});

describe('lintTemplate of a template that makes an index', () => {
  const text = () => bundledTemplate('buildx').yaml;
  const INDEX = '/metadata/annotations/image-factory.io~1index-task';

  it.each([
    [
      'a task that is not there',
      'index-task: create-index',
      'index-task: none',
      INDEX,
      /There is no task "none"/,
    ],
    [
      'the task that builds',
      'index-task: create-index',
      'index-task: build',
      INDEX,
      /is the one that builds/,
    ],
    [
      'one that takes no images',
      "value: ['$(tasks.build.results.IMAGE_DIGEST)']",
      'value: []',
      '/spec/tasks/1/params',
      /does not take the images/,
    ],
    [
      'one that gives no digest',
      '          - name: IMAGE_DIGEST\n            value: $(steps.push-index.results.IMAGE_DIGEST)\n',
      '',
      '/spec/tasks/1/taskSpec/results',
      /has no result IMAGE_DIGEST/,
    ],
    [
      'a result of the pipeline that names it',
      'value: $(tasks.build.results.IMAGE_URL)',
      'value: $(tasks.create-index.results.IMAGE_URL)',
      '/spec/results/0/value',
      /takes its place by itself/,
    ],
    [
      'a build that is told no platforms as a list',
      "        - name: target-platforms\n          value: ['$(params.target-platforms[*])']\n        - name: dockerfile-path",
      '        - name: dockerfile-path',
      '/spec/tasks/0/params',
      /"target-platforms", a list/,
    ],
  ])('refuses %s', (_, from, to, path, message) => {
    expect(lint(from, to, text())).toContainEqual([
      path,
      expect.stringMatching(message),
    ]);
  });

  it('refuses two steps of one name, also in different tasks', () => {
    expect(
      lint(
        '          - name: push-index\n',
        '          - name: push-image\n',
        text(),
      ),
    ).toContainEqual([
      '/spec/tasks/1/taskSpec/steps/0/name',
      '"push-image" is there twice. Give one of them another name.',
    ]);
  });
});
