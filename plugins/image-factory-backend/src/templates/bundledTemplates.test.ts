import {
  bundledTemplate,
  bundledTemplateText,
  methodsWithTemplates,
} from './__testUtils__/bundledTemplate';
import { templateOf } from './__testUtils__/dockerTemplate';
import { renderInput } from './__testUtils__/renderInput';
import { lintTemplate } from './lint';
import { PipelineTemplate, podSecurityOf } from './pipeline';
import { renderPipelineRun } from './render';

const OF_DOCKERFILES = ['buildx', 'docker', 'kaniko'];

function stepOf({ pipeline }: PipelineTemplate, name: string) {
  return pipeline.spec.tasks[0].taskSpec.steps.find(step => step.name === name);
}

describe('the templates that are published', () => {
  it('are there for each method that builds from a Dockerfile', () => {
    expect(methodsWithTemplates()).toEqual(
      expect.arrayContaining(OF_DOCKERFILES),
    );
  });

  it.each(methodsWithTemplates())(
    'have nothing that is wrong, and are of their own method: %s',
    method => {
      const template = bundledTemplate(method);
      expect(lintTemplate(template)).toEqual([]);
      expect(template.method).toBe(method);
    },
  );

  it('have each a name and version that no other has', () => {
    const names = methodsWithTemplates().map(method => {
      const { name, version } = bundledTemplate(method);
      return `${name} ${version}`;
    });
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(['buildx', 'kaniko'])(
    'fetch, check and push as that of docker does: %s',
    method => {
      for (const step of [
        'clone-repo',
        'generate-sbom',
        'scan-image',
        'push-image',
      ]) {
        const common = stepOf(bundledTemplate('docker'), step);
        expect(common).toBeDefined();
        expect(stepOf(bundledTemplate(method), step)).toEqual(common);
      }
    },
  );

  it.each(OF_DOCKERFILES)(
    'let neither the step that builds reach what is looked at, nor the one that pushes change it: %s',
    method => {
      const { steps } = bundledTemplate(method).pipeline.spec.tasks[0].taskSpec;
      const mounts = steps.flatMap(({ name, volumeMounts = [] }) =>
        volumeMounts
          .filter(mount => mount.name === 'checks')
          .map(({ readOnly = false }) => [name, readOnly]),
      );
      expect(mounts).toEqual([
        ['generate-sbom', false],
        ['scan-image', false],
        ['push-image', true],
      ]);
    },
  );

  it.each(OF_DOCKERFILES)(
    'look at an image before they push it, as a user without rights and without the login to push: %s',
    method => {
      const { steps } = bundledTemplate(method).pipeline.spec.tasks[0].taskSpec;
      expect(steps.map(({ name }) => name)).toEqual([
        'clone-repo',
        'build-image',
        'generate-sbom',
        'scan-image',
        'push-image',
      ]);
      const looking = steps.slice(2, 4);
      expect(looking.map(({ workspaces }) => workspaces)).toEqual([
        undefined,
        [{ name: 'pull-credentials' }],
      ]);
      for (const { securityContext, volumeMounts } of looking) {
        expect(securityContext).toEqual({
          runAsUser: 1000,
          runAsGroup: 1000,
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
        });
        expect(volumeMounts).toContainEqual({
          name: 'layout',
          mountPath: '/image-factory/layout',
          readOnly: true,
        });
      }
      expect(steps[4].volumeMounts?.every(({ readOnly }) => readOnly)).toBe(
        true,
      );
    },
  );

  it('need a namespace that allows more than `baseline` for buildx alone', () => {
    expect(
      methodsWithTemplates().filter(
        method =>
          podSecurityOf(bundledTemplate(method).pipeline) !== 'baseline',
      ),
    ).toEqual(['buildx']);
  });
});

describe('a template that says that it needs more than `baseline`', () => {
  const STEPS = '/spec/tasks/0/taskSpec/steps';
  const ANNOTATION = '    image-factory.io/pod-security: privileged\n';

  function lint(from: string, to: string) {
    const text = bundledTemplateText('buildx');
    expect(text).toContain(from);
    return lintTemplate(templateOf(text.replace(from, to))).map(
      ({ path, message }) => [path, message],
    );
  }

  it('keeps a step under no profile and lets it ask for rights, and gives every other one RuntimeDefault', () => {
    const { build } = renderInput();
    const rendered = renderPipelineRun(
      renderInput({
        template: bundledTemplate('buildx'),
        build: { ...build, method: 'buildx' },
      }),
    );
    if ('problems' in rendered) throw new Error(rendered.problems[0].message);
    expect(
      rendered.pipelineRun.spec.pipelineSpec.tasks[0].taskSpec.steps.map(
        ({ name, securityContext }) => [
          name,
          securityContext?.seccompProfile?.type,
          securityContext?.appArmorProfile?.type,
          securityContext?.allowPrivilegeEscalation,
        ],
      ),
    ).toEqual([
      ['clone-repo', 'RuntimeDefault', undefined, false],
      ['build-image', 'Unconfined', 'Unconfined', true],
      ['push-image', 'RuntimeDefault', undefined, false],
    ]);
  });

  it('is refused all of that without saying so', () => {
    expect(lint(ANNOTATION, '')).toEqual([
      [
        `${STEPS}/1/securityContext/allowPrivilegeEscalation`,
        expect.stringMatching(/pod-security says privileged/),
      ],
      [
        `${STEPS}/1/securityContext/seccompProfile`,
        expect.stringMatching(/pod-security says privileged/),
      ],
      [
        `${STEPS}/1/securityContext/appArmorProfile`,
        expect.stringMatching(/pod-security says privileged/),
      ],
    ]);
  });

  it('has a step run under no profile only as another user than root', () => {
    expect(lint('runAsUser: 1000', 'runAsUser: 0')).toEqual([
      [
        `${STEPS}/1/securityContext/runAsUser`,
        expect.stringMatching(/may not be root as well/),
      ],
    ]);
  });

  it.each([
    ['seccompProfile', 'Localhost'],
    ['appArmorProfile', 'RuntimeDefault'],
  ])('may set no other %s than none', (field, type) => {
    expect(
      lint(
        `${field}:\n                type: Unconfined`,
        `${field}:\n                type: ${type}`,
      ),
    ).toEqual([
      [`${STEPS}/1/securityContext/${field}`, expect.stringMatching(/\.$/)],
    ]);
  });

  it('may not set it for all steps at once', () => {
    expect(
      lint(
        '        steps:\n',
        '        stepTemplate: { securityContext: { runAsUser: 1000, seccompProfile: { type: Unconfined } } }\n        steps:\n',
      ),
    ).toEqual([
      [
        '/spec/tasks/0/taskSpec/stepTemplate/securityContext/seccompProfile',
        expect.stringMatching(/on the step that needs it/),
      ],
    ]);
  });

  it('names one of the levels that there are', () => {
    expect(
      lint('pod-security: privileged', 'pod-security: none'),
    ).toContainEqual([
      '/metadata/annotations/image-factory.io~1pod-security',
      '"none" is no level that a template can need. Use one of: baseline, privileged.',
    ]);
  });
});
