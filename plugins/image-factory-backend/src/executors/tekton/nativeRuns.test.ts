import { buildxMethod } from '../../methods';
import { renderPipelineRun } from '../../templates';
import { bundledTemplate } from '../../templates/__testUtils__/bundledTemplate';
import {
  parametersOf,
  renderInput,
} from '../../templates/__testUtils__/renderInput';
import { pushedImage, pushedReferrers } from './pushedImage';
import {
  PipelineRunObject,
  TaskRunState,
  TaskRunStep,
  reducePipelineRun,
} from './tektonObjects';
import { EndedRun, toOutcome } from './toOutcome';
import { toSteps } from './toSteps';
import {
  endedStep,
  pod,
  runningStep,
  succeeded,
  taskRun,
} from './__testUtils__/runStates';

const PLATFORMS = ['linux/amd64', 'linux/arm64'];
const STEPS = ['clone-repo', 'build-image', 'scan-image', 'push-image'];
const digestOf = (digit: string) => `sha256:${digit.repeat(64)}`;

/** The run of a build for two platforms, each on nodes of its own, as the cluster tells it. */
function nativeRun(status: PipelineRunObject['status'] = {}) {
  const { build, run } = renderInput();
  const rendered = renderPipelineRun(
    renderInput({
      template: bundledTemplate('buildx'),
      build: { ...build, method: 'buildx' },
      run: { ...run, name: 'buildx-1' },
      parameters: parametersOf({ platforms: PLATFORMS }, buildxMethod),
      nativePlatforms: PLATFORMS,
      checks: {
        sbom: false,
        scan: true,
        gate: { severity: 'high', ignoreUnfixed: false, ignore: [] },
      },
    }),
  );
  if ('problems' in rendered) throw new Error(rendered.problems[0].message);
  return reducePipelineRun({
    ...(rendered.pipelineRun as PipelineRunObject),
    status,
  });
}

/** Of one platform, whose steps have ended like this. */
function taskOf(
  architecture: string,
  steps: TaskRunStep[],
  overrides: Partial<TaskRunState> = {},
): TaskRunState {
  return taskRun({
    name: `buildx-1-build-linux-${architecture}`,
    task: `build-linux-${architecture}`,
    podName: `pod-${architecture}`,
    steps,
    ...overrides,
  });
}

const named = (architecture: string) =>
  STEPS.map(step => `${step}-linux-${architecture}`);

function allEnded(architecture: string) {
  return taskOf(
    architecture,
    named(architecture).map(name => endedStep(name, 0)),
    { succeeded: succeeded('True', 'Succeeded') },
  );
}

const PODS = [
  pod({ name: 'pod-amd64', uid: 'uid-amd64', node: 'node-a' }),
  pod({ name: 'pod-arm64', uid: 'uid-arm64', node: 'node-b' }),
];

function ended(
  taskRuns: TaskRunState[],
  overrides: Partial<EndedRun> = {},
): EndedRun {
  const run = nativeRun({
    conditions: [succeeded('False', 'Failed', 'Tasks Completed: 2')],
  });
  return {
    run,
    taskRuns,
    pods: PODS,
    steps: toSteps(run, taskRuns, PODS),
    endedBy: undefined,
    pending: undefined,
    timeoutSeconds: 60,
    pendingTimeoutSeconds: 600,
    rules: buildxMethod.failureRules,
    parameters: {},
    tail: () => ({ lines: [], firstLine: 1 }),
    ...overrides,
  };
}

function failureOf(run: EndedRun) {
  const outcome = toOutcome(run);
  return outcome.status === 'failed' ? outcome.failure : outcome;
}

describe('a run each of whose platforms has a task of its own', () => {
  it('has steps that differ in their names, those of the index behind all others', () => {
    const steps = toSteps(nativeRun(), []);
    expect(steps.map(({ task, name }) => [task, name])).toEqual([
      ...named('amd64').map(name => ['build-linux-amd64', name]),
      ...named('arm64').map(name => ['build-linux-arm64', name]),
      ['create-index', 'push-index'],
    ]);
    expect(steps[0].runAfter).toEqual([]);
    expect(steps.at(-1)?.runAfter).toEqual([
      'build-linux-amd64',
      'build-linux-arm64',
    ]);
    expect(new Set(steps.map(({ name }) => name)).size).toBe(steps.length);
  });

  it('runs several steps at once, each in the pod and on the node of its platform', () => {
    const steps = toSteps(
      nativeRun(),
      [
        taskOf('amd64', [
          endedStep('clone-repo-linux-amd64', 0),
          runningStep('build-image-linux-amd64'),
        ]),
        taskOf('arm64', [runningStep('clone-repo-linux-arm64')]),
      ],
      PODS,
    );
    expect(
      steps
        .filter(({ status }) => status === 'running')
        .map(({ name, pod: of, node }) => [name, of, node]),
    ).toEqual([
      ['build-image-linux-amd64', 'pod-amd64', 'node-a'],
      ['clone-repo-linux-arm64', 'pod-arm64', 'node-b'],
    ]);
  });

  it('says of a platform whose pod gets no node what it waits for, while another one runs', () => {
    const message = '0/2 nodes are available: 2 Insufficient cpu.';
    const steps = toSteps(
      nativeRun(),
      [
        taskOf('amd64', [runningStep('clone-repo-linux-amd64')]),
        taskOf('arm64', []),
      ],
      [
        PODS[0],
        pod({
          name: 'pod-arm64',
          node: undefined,
          scheduled: {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message,
          },
        }),
      ],
    );
    expect(
      steps.filter(({ task }) => task === 'build-linux-arm64').slice(0, 2),
    ).toMatchObject([
      { status: 'pending', reason: message },
      { status: 'pending', reason: undefined },
    ]);
  });

  it('fails in words that name platform, step, pod and node, by rules that know steps as the template names them', () => {
    const failure = failureOf(
      ended(
        [
          allEnded('amd64'),
          taskOf(
            'arm64',
            [
              endedStep('clone-repo-linux-arm64', 0),
              endedStep('build-image-linux-arm64', 1),
            ],
            { succeeded: succeeded('False', 'Failed') },
          ),
        ],
        {
          tail: () => ({
            lines: ['Error: BuildKit itself has ended before the build.'],
            firstLine: 7,
          }),
        },
      ),
    );
    expect(failure).toMatchObject({
      class: 'user',
      rule: 'buildkit-ended',
      step: 'build-image-linux-arm64',
      message: 'linux/arm64: BuildKit itself has ended before the build.',
      hint: expect.stringMatching(
        /It ran in the pod pod-arm64 on the node node-b\.$/,
      ),
      evidenceLine: 7,
    });
  });

  it('names the platform whose pod could not run at all', () => {
    expect(
      failureOf(
        ended([
          taskOf('arm64', [], {
            succeeded: succeeded('False', 'TaskRunImagePullFailed', 'no match'),
          }),
        ]),
      ),
    ).toMatchObject({
      class: 'infrastructure',
      message: expect.stringMatching(
        /^linux\/arm64: The cluster could not run the build \(TaskRunImagePullFailed\)/,
      ),
    });
  });

  it('is stopped by what the scan of one platform has found', () => {
    const run = ended(
      [
        allEnded('amd64'),
        taskOf(
          'arm64',
          [
            endedStep('clone-repo-linux-arm64', 0),
            endedStep('build-image-linux-arm64', 0),
            endedStep('scan-image-linux-arm64', 10, 'Continued'),
            endedStep('push-image-linux-arm64', 10),
          ],
          { succeeded: succeeded('False', 'Failed') },
        ),
      ],
      {
        tail: step => ({
          lines: step.startsWith('scan')
            ? ['Error: 1 high: they stop it.']
            : [],
          firstLine: 1,
        }),
      },
    );
    expect(failureOf(run)).toMatchObject({
      class: 'user',
      rule: 'scan-gate',
      step: 'scan-image-linux-arm64',
      message: expect.stringMatching(
        /^linux\/arm64: The image is stopped by what was found in it/,
      ),
    });
    expect(
      run.steps
        .filter(({ status }) => status === 'skipped')
        .map(({ name }) => name),
    ).toEqual(['push-image-linux-arm64', 'push-index']);
  });

  it('names the task that waited too long for a node', () => {
    expect(
      failureOf(
        ended([], {
          endedBy: 'pending-timeout',
          waiting: 'build-linux-arm64',
          pending: 'Unschedulable: none is free',
        }),
      ),
    ).toMatchObject({
      message:
        'No step of the task build-linux-arm64 began within 600 s: Unschedulable: none is free.',
    });
  });

  it('has pushed its index, made of what its tasks have pushed', () => {
    const [index, amd64, arm64] = ['0', '1', '2'].map(digestOf);
    const [sbom, scan] = ['3', '4'].map(digestOf);
    const run = nativeRun({
      results: [
        { name: 'IMAGE_URL', value: 'r.example.com/a' },
        { name: 'IMAGE_DIGEST', value: index },
      ],
    });
    const taskRuns = [
      taskOf('amd64', [], {
        results: [
          { name: 'IMAGE_DIGEST', value: amd64 },
          { name: 'REFERRER_DIGESTS', value: sbom },
        ],
      }),
      taskOf('arm64', [], {
        results: [
          { name: 'IMAGE_DIGEST', value: arm64 },
          { name: 'REFERRER_DIGESTS', value: scan },
        ],
      }),
      taskRun({ results: [{ name: 'IMAGE_DIGEST', value: index }] }),
    ];
    expect(pushedImage(run, taskRuns)).toEqual({
      repository: 'r.example.com/a',
      digest: index,
      parts: [amd64, arm64],
    });
    expect(pushedReferrers(run, taskRuns)).toEqual([sbom, scan]);
  });
});

describe('a run with tasks for its end', () => {
  it('tells their steps as well, after all others', () => {
    const run = reducePipelineRun({
      metadata: { name: 'packer-1' },
      spec: {
        pipelineSpec: {
          tasks: [
            { name: 'validate', taskSpec: { steps: [{ name: 'validate' }] } },
            {
              name: 'build',
              runAfter: ['validate'],
              taskSpec: { steps: [{ name: 'build-image' }] },
            },
          ],
          finally: [
            { name: 'clean', taskSpec: { steps: [{ name: 'remove-all' }] } },
          ],
        },
      },
    });
    expect(
      toSteps(run, []).map(({ task, name, runAfter }) => [
        task,
        name,
        runAfter,
      ]),
    ).toEqual([
      ['validate', 'validate', []],
      ['build', 'build-image', ['validate']],
      ['clean', 'remove-all', ['validate', 'build']],
    ]);
    expect(run.steps.at(-1)).toMatchObject({ isAtEnd: true });
  });
});
