import { GateSettings } from '../../checks';
import { pushedReferrers } from './pushedImage';
import {
  Condition,
  PipelineRunObject,
  RunResult,
  TaskRunStep,
  reducePipelineRun,
} from './tektonObjects';
import { EndedRun, toOutcome } from './toOutcome';
import { toSteps } from './toSteps';
import {
  endedStep,
  pipelineRun,
  pod,
  runningStep,
  succeeded,
  taskRun,
} from './__testUtils__/runStates';

const GATE: GateSettings = {
  severity: 'high',
  ignoreUnfixed: false,
  ignore: [],
};
const NAMES = [
  'clone-repo',
  'build-image',
  'generate-sbom',
  'scan-image',
  'push-image',
];
const FAILED = succeeded('False', 'Failed');
const STEP_FAILED = succeeded('False', 'StepFailed', '"step-push-image"');

/** A run whose image is scanned; the first three steps went well. */
function scanned(options: {
  steps: TaskRunStep[];
  gate?: GateSettings;
  run?: Condition;
  task?: Condition;
  lines?: string[];
  overrides?: Partial<EndedRun>;
}): EndedRun {
  const { gate, lines = [] } = options;
  const run = pipelineRun({
    steps: NAMES.map(name => ({ ...pipelineRun().steps[0], name })),
    scanSteps: ['scan-image'],
    gate,
    succeeded: options.run,
  });
  const taskRuns = [
    taskRun({
      succeeded: options.task,
      steps: [
        ...NAMES.slice(0, 3).map(name => endedStep(name, 0)),
        ...options.steps,
      ],
    }),
  ];
  return {
    run,
    taskRuns,
    pods: [pod()],
    steps: toSteps(run, taskRuns),
    endedBy: undefined,
    pending: undefined,
    timeoutSeconds: 60,
    pendingTimeoutSeconds: 600,
    rules: [],
    parameters: {},
    tail: step => ({
      lines: step === 'scan-image' ? lines : [],
      firstLine: 1,
    }),
    ...options.overrides,
  };
}

function lastTwo({ steps }: EndedRun) {
  return steps
    .slice(3)
    .map(({ status, exitCode, reason }) => ({ status, exitCode, reason }));
}

function failureOf(ended: EndedRun) {
  const outcome = toOutcome(ended);
  return outcome.status === 'failed' ? outcome.failure : outcome;
}

describe('a run whose scan has found what stops the image', () => {
  const stopped = scanned({
    gate: GATE,
    steps: [
      endedStep('scan-image', 10, 'Continued'),
      endedStep('push-image', 10),
    ],
    run: FAILED,
    task: STEP_FAILED,
    lines: ['a table', 'Error: 1 critical: they stop an image here.'],
  });

  it('has failed in the scan, and has not got to the push', () => {
    expect(lastTwo(stopped)).toEqual([
      { status: 'failed', exitCode: 10, reason: undefined },
      {
        status: 'skipped',
        exitCode: 10,
        reason: 'The step scan-image has stopped the image.',
      },
    ]);
  });

  it('is a failure of the image, so that it is not tried again by itself', () => {
    expect(failureOf(stopped)).toEqual({
      class: 'user',
      step: 'scan-image',
      rule: 'scan-gate',
      evidenceLine: 2,
      message:
        'The image is stopped by what was found in it. Step scan-image failed with exit code 10: Error: 1 critical: they stop an image here.',
      hint: 'Update the packages that the log of scan-image names, and build again.',
    });
  });

  it('has a push that runs meanwhile: it puts the reports beside where the image would be', () => {
    const running = scanned({
      gate: GATE,
      steps: [
        endedStep('scan-image', 10, 'Continued'),
        runningStep('push-image'),
      ],
    });
    expect(lastTwo(running)).toEqual([
      { status: 'failed', exitCode: 10, reason: undefined },
      { status: 'running', exitCode: undefined, reason: undefined },
    ]);
  });
});

describe('a run whose scan has failed by itself', () => {
  const steps = [endedStep('scan-image', 1, 'Continued')];
  const lines = ['FATAL Fatal error: no database'];

  it('completes where nothing demands to be held against it', () => {
    const completed = scanned({
      steps: [...steps, endedStep('push-image', 0)],
      run: succeeded('True', 'Succeeded'),
      task: succeeded('True', 'Succeeded'),
    });
    expect(toOutcome(completed)).toEqual({ status: 'completed' });
    expect(lastTwo(completed)).toMatchObject([
      { status: 'failed', exitCode: 1 },
      { status: 'completed', exitCode: 0 },
    ]);
  });

  it('is tried again where an image may not be pushed without a scan', () => {
    const ended = scanned({
      gate: GATE,
      steps: [...steps, endedStep('push-image', 10)],
      run: FAILED,
      task: STEP_FAILED,
      lines,
    });
    expect(lastTwo(ended)[1]).toMatchObject({
      status: 'skipped',
      reason:
        'The image could not be scanned in the step scan-image, and none is let through without.',
    });
    expect(failureOf(ended)).toMatchObject({
      class: 'infrastructure',
      step: 'scan-image',
      message: expect.stringMatching(
        /it could not be scanned, and none is let through here without\. .*: FATAL Fatal error: no database$/,
      ),
      hint: expect.stringMatching(/imageFactory\.checks/),
    });
    expect(failureOf(ended)).not.toHaveProperty('rule');
  });

  it('tells of the pod where that was taken away under it', () => {
    const ended = scanned({
      gate: GATE,
      steps: [
        endedStep('scan-image', 143, 'Continued'),
        endedStep('push-image', 10),
      ],
      run: FAILED,
      task: STEP_FAILED,
      overrides: {
        pods: [
          pod({
            isBeingDeleted: true,
            deletionAskedAt: '2026-11-01T10:00:08Z',
          }),
        ],
      },
    });
    expect(failureOf(ended)).toMatchObject({
      class: 'infrastructure',
      message: expect.stringMatching(/^The pod of the build was taken away/),
    });
  });

  it('is not what a push has failed for', () => {
    const ended = scanned({
      gate: GATE,
      steps: [...steps, endedStep('push-image', 1)],
      run: FAILED,
      task: STEP_FAILED,
    });
    expect(failureOf(ended)).toMatchObject({
      step: 'push-image',
      message: 'Step push-image failed with exit code 1.',
    });
    expect(lastTwo(ended)[1]).toMatchObject({ status: 'failed', exitCode: 1 });
  });

  it('is not what a push has taken too long for', () => {
    const ended = scanned({
      steps: [...steps, endedStep('push-image', 1, 'TaskRunCancelled')],
      run: succeeded('False', 'Cancelled'),
      overrides: { endedBy: 'timeout' },
    });
    expect(failureOf(ended)).toMatchObject({ step: 'push-image' });
  });
});

describe('a run without a gate', () => {
  it('has failed in a push that ends like one that is held back', () => {
    const ended = scanned({
      steps: [
        endedStep('scan-image', 10, 'Continued'),
        endedStep('push-image', 10),
      ],
      run: FAILED,
      task: STEP_FAILED,
    });
    expect(lastTwo(ended)[1]).toMatchObject({ status: 'failed' });
    expect(failureOf(ended)).toMatchObject({ step: 'push-image' });
  });
});

describe('a scan that ends the run', () => {
  it('is a failure like any other', () => {
    const ended = scanned({
      gate: GATE,
      steps: [
        endedStep('scan-image', 137, 'OOMKilled'),
        endedStep('push-image', 1, 'Skipped'),
      ],
      run: FAILED,
      task: succeeded('False', 'StepOOM'),
    });
    expect(failureOf(ended)).toMatchObject({
      class: 'user',
      message: expect.stringMatching(/scan-image needed more memory/),
    });
  });
});

describe('reducePipelineRun of a run that scans', () => {
  function reduce(
    params: NonNullable<PipelineRunObject['spec']>['params'],
    annotations: Record<string, string> = {},
  ) {
    return reducePipelineRun({
      metadata: { name: 'docker-1', annotations },
      spec: { params },
    });
  }

  it('knows the step and the gate as they were when the run was made', () => {
    expect(
      reduce(
        [
          { name: 'scan-gate', value: 'medium' },
          { name: 'scan-ignore-unfixed', value: 'true' },
          { name: 'scan-ignore', value: ['CVE-1', 'CVE-2'] },
        ],
        { 'image-factory.io/scan-step': 'scan-image' },
      ),
    ).toMatchObject({
      scanSteps: ['scan-image'],
      gate: {
        severity: 'medium',
        ignoreUnfixed: true,
        ignore: ['CVE-1', 'CVE-2'],
      },
    });
  });

  it('knows of none where there is none', () => {
    for (const params of [undefined, [{ name: 'scan-gate', value: '' }]]) {
      expect(reduce(params)).toMatchObject({
        scanSteps: [],
        gate: undefined,
      });
    }
  });
});

describe('pushedReferrers', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(each => `sha256:${each.repeat(64)}`);
  const result = (value: unknown): RunResult => ({
    name: 'REFERRER_DIGESTS',
    value,
  });

  it('takes them from the run, from its TaskRun, and from the steps of that, each once', () => {
    expect(
      pushedReferrers(pipelineRun({ results: [result(`${a} ${b}\n`)] }), [
        taskRun({
          results: [result(a)],
          steps: [
            { ...endedStep('push-image', 10), results: [result(`${b} ${c}`)] },
          ],
        }),
      ]),
    ).toEqual([a, b, c]);
  });

  it('takes for a digest what is one', () => {
    expect(
      pushedReferrers(
        pipelineRun({
          results: [result(`latest ${a.toUpperCase()} ../../x ${c}`)],
        }),
        [taskRun({ results: [result(['x']), result('')] })],
      ),
    ).toEqual([c]);
  });
});
