import {
  dockerTemplate,
  dockerTemplateText,
  templateOf,
} from './__testUtils__/dockerTemplate';
import { lintTemplate } from './lint';

const STEP = '/spec/tasks/0/taskSpec/steps';

/** The problems of the published template with one text in the place of another. */
function lint(from: string, to: string) {
  const text = dockerTemplateText();
  expect(text).toContain(from);
  return lintTemplate(templateOf(text.replace(from, to)));
}

describe('lintTemplate', () => {
  it('has nothing against the published template of the method docker', () => {
    expect(lintTemplate(dockerTemplate())).toEqual([]);
  });

  it.each([
    '$(params.repository)',
    "$(params['repository'])",
    '$(params["repository"])',
    '$(params.build-args[*])',
    '$(params.build-args[0])',
    '$(tasks.build.results.IMAGE_URL)',
    '$(context.pipelineRun.name)',
    '$(context.taskRun.name)',
    '$(steps.clone-repo.results.CHAINS-GIT_URL)',
    '$(inputs.params.repository)',
    '$(workspaces.git-credentials.claim)',
  ])('refuses %s in a script, where it is', variable => {
    const problems = lint(
      'set -eu\n',
      `set -eu\n              echo ${variable}\n`,
    );
    const lines = dockerTemplateText().split('\n');
    const line = lines.findIndex(each => each.includes('set -eu')) + 2;
    expect(problems).toContainEqual({
      path: `${STEP}/0/script`,
      line,
      column: '              echo '.length + 1,
      message: expect.stringMatching(
        /would become part of the script.*under env/,
      ),
    });
  });

  it.each([
    '$(step.results.CHAINS-GIT_URL.path)',
    '$(workspaces.git-credentials.path)',
    '$(workspaces.git-credentials.bound)',
    '$(date)',
    '$(cat "$params.x")',
    '$((1 + 1))',
  ])('lets a script have %s', harmless => {
    expect(
      lint('set -eu\n', `set -eu\n              echo ${harmless}\n`),
    ).toEqual([]);
  });

  it.each([
    ['[sh, -c]', '["echo $(params.repository)"]', 0],
    ['[/bin/bash, -euc]', '["echo $(params.repository)", x]', 0],
    ['[env, busybox, sh]', '[-c, "$(params.repository)"]', 1],
    ['[python3]', '["-c", "print($(params.repository))"]', 1],
    ['[perl, -e]', '["$(params.repository)"]', 0],
  ])(
    'refuses a user’s text as code in command %s with args %s',
    (command, args, index) => {
      expect(
        lint(
          '            args:\n              - --platforms',
          `            command: ${command}\n            args: ${args}\n            displayName: >-\n              - --platforms`,
        ).filter(({ path }) => path.startsWith(`${STEP}/1/args`)),
      ).toEqual([
        expect.objectContaining({
          path: `${STEP}/1/args/${index}`,
          message: expect.stringContaining('could run commands'),
        }),
      ]);
    },
  );

  it.each<[string, string, string, string, RegExp]>([
    [
      'a user’s text in a command',
      '            script: |\n',
      '            workingDir: /$(params.source-path)\n            script: |\n',
      `${STEP}/0/workingDir`,
      /may not stand in workingDir/,
    ],
    [
      'a user’s text as an image',
      'image: step-images/git',
      'image: $(params.image-name)',
      `${STEP}/0/image`,
      /may not stand in image|can change from build to build/,
    ],
    [
      'a user’s text in the path of a mount',
      'mountPath: /image-factory/source',
      'mountPath: /image-factory/$(params.source-path)',
      `${STEP}/0/volumeMounts/0/mountPath`,
      /may not stand in mountPath/,
    ],
    [
      'a user’s text in a variable that chooses programs',
      '- name: REPOSITORY',
      '- name: GIT_SSH_COMMAND',
      `${STEP}/0/env/0/name`,
      /would choose what programs do/,
    ],
    [
      'more rights on the way',
      'allowPrivilegeEscalation: false',
      'allowPrivilegeEscalation: true',
      `${STEP}/0/securityContext/allowPrivilegeEscalation`,
      /more rights while it runs/,
    ],
    [
      'a capability beyond the container',
      'add: [SETFCAP]',
      'add: [SETFCAP, SYS_ADMIN]',
      `${STEP}/1/securityContext/capabilities/add/1`,
      /SYS_ADMIN reaches beyond the container/,
    ],
    [
      'a seccomp profile of the template’s own',
      'runAsUser: 0',
      'seccompProfile: { type: Unconfined }',
      `${STEP}/1/securityContext/seccompProfile`,
      /seccomp-unset-steps/,
    ],
    [
      'root where root is forbidden',
      'runAsUser: 0',
      'runAsUser: 0\n              runAsNonRoot: true',
      `${STEP}/1/securityContext/runAsUser`,
      /refused by the kubelet/,
    ],
    [
      'an image by its tag',
      'image: step-images/git',
      'image: docker.io/alpine/git:latest',
      `${STEP}/0/image`,
      /can change from build to build\. Use step-images/,
    ],
    [
      'a step without an image',
      '            image: step-images/git\n',
      '',
      `${STEP}/0`,
      /has no image/,
    ],
    [
      'a step with both script and command',
      '            script: |\n',
      '            command: [git]\n            script: |\n',
      `${STEP}/0/script`,
      /script and a command/,
    ],
    [
      'a login that every step has',
      '            workspaces:\n              - name: registry-credentials\n',
      '',
      STEP,
      /every step would have the login/,
    ],
    [
      'a volume over Tekton’s own',
      'mountPath: /image-factory/source',
      'mountPath: /tekton/bin',
      `${STEP}/0/volumeMounts/0/mountPath`,
      /cannot be where a volume is/,
    ],
    [
      'a volume over the root',
      'mountPath: /image-factory/source',
      'mountPath: /',
      `${STEP}/0/volumeMounts/0/mountPath`,
      /cannot be where a volume is/,
    ],
    [
      'two steps of one name',
      '- name: push-image',
      '- name: build-image',
      `${STEP}/4/name`,
      /"build-image" is there twice/,
    ],
    [
      'a name that no container can have',
      '- name: clone-repo',
      `- name: ${'x'.repeat(59)}`,
      `${STEP}/0/name`,
      /Shorten it to 58/,
    ],
    [
      'a parameter that is not declared',
      'value: $(params.target)\n              - name: NO_CACHE',
      'value: $(params.taget)\n              - name: NO_CACHE',
      `${STEP}/1/env/7/value`,
      /no parameter "taget"/,
    ],
    [
      'a volume that is not declared',
      '- name: storage\n            emptyDir',
      '- name: store\n            emptyDir',
      `${STEP}/1/volumeMounts/1`,
      /no volume "storage"/,
    ],
    [
      'a result of a step that has none',
      'value: $(steps.push-image.results.IMAGE_URL)',
      'value: $(steps.push-image.results.IMAGE)',
      '/spec/tasks/0/taskSpec/results/0/value',
      /no result of an earlier step "push-image\.IMAGE"/,
    ],
    [
      'a result of a task without a value',
      '\n            value: $(steps.push-image.results.IMAGE_URL)',
      '',
      '/spec/tasks/0/taskSpec/results/0',
      /said again by every later step/,
    ],
    [
      'a pipeline that does not tell the digest',
      '- name: IMAGE_DIGEST\n      description',
      '- name: DIGEST\n      description',
      '/spec/results',
      /no result IMAGE_DIGEST/,
    ],
    [
      'a default of another type',
      "default: 'false'",
      'default: []',
      '/spec/params/4/default',
      /of the type string, and its default is not/,
    ],
    [
      'a build step that is not there',
      'build-step: build-image',
      'build-step: build',
      '/metadata/annotations/image-factory.io~1build-step',
      /no step "build".*one of: clone-repo, build-image, generate-sbom, scan-image, push-image/,
    ],
    [
      'an annotation that means nothing',
      'image-factory.io/build-step',
      'image-factory.io/build-steps',
      '/metadata/annotations/image-factory.io~1build-steps',
      /means nothing to the portal/,
    ],
    [
      'a parameter that is declared and ignored',
      '    image-factory.io/build-step: build-image\n',
      '    image-factory.io/ignored-parameters: target\n',
      '/metadata/annotations/image-factory.io~1ignored-parameters',
      /declared, so that it is not ignored/,
    ],
  ])('refuses %s', (_, from, to, path, message) => {
    expect(lint(from, to)).toContainEqual({
      path,
      line: expect.any(Number),
      column: expect.any(Number),
      message: expect.stringMatching(message),
    });
  });

  it('refuses more results than a pod of so many containers has room for', () => {
    const more = Array.from(
      { length: 6 },
      (_, index) => `              - name: REPORT_${index}\n`,
    ).join('');
    const [problem] = lint(
      '              - name: IMAGE_DIGEST\n',
      `              - name: IMAGE_DIGEST\n${more}`,
    );
    expect(problem).toMatchObject({
      path: `${STEP}/4/results`,
      message: expect.stringMatching(/in a pod of 7 containers each has 1755/),
    });
  });

  it('has every problem tell what to do next', () => {
    const problems = lintTemplate(
      templateOf(
        dockerTemplateText()
          .replaceAll('$(params.', '$(params.no-')
          .replaceAll(
            'allowPrivilegeEscalation: false',
            'allowPrivilegeEscalation: true',
          )
          .replaceAll('step-images/', 'docker.io/'),
      ),
    );
    expect(problems.length).toBeGreaterThan(10);
    for (const { message } of problems) {
      expect(message).toMatch(/\. [A-Z].*\.$/);
    }
    expect(problems.map(({ line }) => line)).toEqual(
      problems.map(({ line }) => line).sort((a, b) => a - b),
    );
  });
});
