import {
  dockerTemplate,
  dockerTemplateText,
} from './__testUtils__/dockerTemplate';
import { parseTemplate } from './parseTemplate';

function problemsOf(yaml: string) {
  const parsed = parseTemplate(yaml);
  return 'problems' in parsed ? parsed.problems : [];
}

/** The published template with one text in the place of another. */
function changed(from: string, to: string): string {
  const text = dockerTemplateText();
  expect(text).toContain(from);
  return text.replace(from, to);
}

describe('parseTemplate', () => {
  it('reads name, version, method and parameters', () => {
    expect(dockerTemplate()).toMatchObject({
      name: 'podman-build-pipeline',
      version: '1.2.0',
      method: 'docker',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
    expect(dockerTemplate().parameters.map(({ name }) => name)).toContain(
      'dockerfile-path',
    );
  });

  it('gives one digest to one text, whatever its line ends', () => {
    const text = dockerTemplateText();
    const digest = (yaml: string) => {
      const parsed = parseTemplate(yaml);
      return 'template' in parsed && parsed.template.digest;
    };
    expect(digest(`\uFEFF${text.replaceAll('\n', '\r\n')}\n\n`)).toBe(
      digest(text),
    );
    expect(digest(`${text}# x\n`)).not.toBe(digest(text));
  });

  it.each([
    ['a: [', /not valid YAML/],
    ['a: 1\na: 2\n', /not valid YAML: Map keys must be unique\. Correct it\./],
    ['a: 1\n---\nb: 2\n', /one document/],
    ['a: &x 1\nb: *x\n', /Anchors, aliases and tags/],
    ['a: !!js/function x\n', /Anchors, aliases and tags/],
    ['', /must be a mapping: it is a pipeline template/],
    ['- a\n', /must be a mapping/],
    ['x'.repeat(200_000), /longer than 128 KiB/],
  ])('refuses the text %j', (yaml, message) => {
    expect(problemsOf(yaml)[0]?.message).toMatch(message);
  });

  it('stops at a text that would grow without end', () => {
    const bomb = Array.from(
      { length: 12 },
      (_, index) =>
        `a${index + 1}: &a${index + 1} [${`*a${index},`.repeat(9)}]\n`,
    ).join('');
    expect(problemsOf(`a0: &a0 x\n${bomb}`)[0]?.message).toContain('Anchors');
  });

  it.each<[string, string, string, RegExp]>([
    [
      'kind: Pipeline\n',
      'kind: Pipelin\n',
      '/kind',
      /"kind" must be one of: Pipeline\./,
    ],
    [
      'apiVersion: tekton.dev/v1\n',
      'apiVersion: tekton.dev/v1beta1\n',
      '/apiVersion',
      /one of: tekton\.dev\/v1\./,
    ],
    [
      '    app.kubernetes.io/version: 1.2.0\n',
      '',
      '/metadata/labels',
      /no version\. Add the label app\.kubernetes\.io\/version/,
    ],
    [
      'version: 1.2.0',
      'version: v1',
      '/metadata/labels/app.kubernetes.io~1version',
      /semantic version such as 1\.0\.0/,
    ],
    [
      '    image-factory.io/method: docker\n',
      '',
      '/metadata/labels',
      /of no build method/,
    ],
    [
      'volumeMounts:',
      'volumeMount:',
      '/spec/tasks/0/taskSpec/steps/0/volumeMount',
      /"volumeMount" is not known in a step.*Did you mean "volumeMounts"\?/,
    ],
    [
      'drop: [ALL]',
      'remove: [ALL]',
      '/spec/tasks/0/taskSpec/steps/0/securityContext/capabilities/remove',
      /not known in capabilities.*known are: add, drop/,
    ],
    [
      'emptyDir: {}',
      'hostPath: { path: / }',
      '/spec/tasks/0/taskSpec/volumes/0/hostPath',
      /may not reach into its node.*emptyDir/,
    ],
    [
      'emptyDir: {}',
      'secret: { secretName: x }',
      '/spec/tasks/0/taskSpec/volumes/0/secret',
      /Declare a workspace/,
    ],
    [
      'allowPrivilegeEscalation: false',
      'privileged: true',
      '/spec/tasks/0/taskSpec/steps/0/securityContext/privileged',
      /root on its node.*SETFCAP/,
    ],
    [
      '      taskSpec:\n',
      '      taskRef: { name: x }\n      taskSpec:\n',
      '/spec/tasks/0/taskRef',
      /holds its tasks itself.*taskSpec/,
    ],
    [
      '            script: |\n',
      '            ref: { resolver: hub }\n            script: |\n',
      '/spec/tasks/0/taskSpec/steps/0/ref',
      /Write the step here/,
    ],
    [
      '            script: |\n',
      '            envFrom: [{ secretRef: { name: x } }]\n            script: |\n',
      '/spec/tasks/0/taskSpec/steps/0/envFrom',
      /nobody can see here/,
    ],
    [
      "                value: '0'\n",
      '                value: 0\n',
      '/spec/tasks/0/taskSpec/steps/0/env/12/value',
      /"value" must be a text\. Put it into quotes\./,
    ],
    [
      '        steps:\n',
      '        sidecars: [{ name: x }]\n        steps:\n',
      '/spec/tasks/0/taskSpec/sidecars',
      /Make it a step/,
    ],
    [
      'spec:\n',
      'spec:\n  serviceAccountName: admin\n',
      '/spec/serviceAccountName',
      /not known in a pipeline/,
    ],
    [
      'metadata:\n',
      'metadata:\n  namespace: kube-system\n',
      '/metadata/namespace',
      /that of the build’s tenant/,
    ],
  ])('refuses %j as %j, at its place', (from, to, path, message) => {
    const yaml = changed(from, to);
    expect(problemsOf(yaml)).toEqual([
      {
        path,
        message: expect.stringMatching(message),
        line: expect.any(Number),
        column: expect.any(Number),
      },
    ]);
  });

  it('tells the line and column of what is wrong', () => {
    const yaml = changed('emptyDir: {}', 'hostPath: { path: / }');
    const lines = yaml.split('\n');
    const line = lines.findIndex(each => each.includes('hostPath')) + 1;
    expect(problemsOf(yaml)[0]).toMatchObject({
      line,
      column: lines[line - 1].indexOf('hostPath') + 1,
    });
  });
});
