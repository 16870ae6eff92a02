import { EndedRun, toOutcome } from './toOutcome';
import { toSteps } from './toSteps';
import {
  endedStep,
  pipelineRun,
  pod,
  succeeded,
  taskRun,
} from './__testUtils__/runStates';
import { Condition, TaskRunStep } from './tektonObjects';

function ended(options: {
  run: Condition;
  task?: Condition;
  steps?: TaskRunStep[];
  overrides?: Partial<EndedRun>;
}): EndedRun {
  const run = pipelineRun({ succeeded: options.run });
  const taskRuns = [
    taskRun({ succeeded: options.task, steps: options.steps ?? [] }),
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
    tail: () => ({ lines: [], firstLine: 1 }),
    ...options.overrides,
  };
}

function failureOf(options: Parameters<typeof ended>[0]) {
  const outcome = toOutcome(ended(options));
  return outcome.status === 'failed' ? outcome.failure : outcome;
}

describe('toOutcome', () => {
  it.each(['Succeeded', 'Completed'])('completes a run that is %s', reason => {
    expect(toOutcome(ended({ run: succeeded('True', reason) }))).toEqual({
      status: 'completed',
    });
  });

  it('completes a run that was over before it could be cancelled', () => {
    const run = succeeded('True', 'Succeeded');
    expect(toOutcome(ended({ run, overrides: { endedBy: 'cancel' } }))).toEqual(
      { status: 'completed' },
    );
  });

  it('explains a failed step by the rules of its method, from its log', () => {
    expect(
      failureOf({
        run: succeeded('False', 'Failed'),
        task: succeeded('False', 'StepFailed'),
        steps: [endedStep('clone-repo', 0), endedStep('build-image', 125)],
        overrides: {
          tail: step => ({ lines: [`no such file in ${step}`], firstLine: 7 }),
          rules: [
            {
              id: 'known',
              explain: ({ exitCode, lines, firstLine }) => ({
                class: 'user',
                message: `${lines[0]}, ${exitCode}`,
                evidenceLine: firstLine,
              }),
            },
          ],
        },
      }),
    ).toEqual({
      class: 'user',
      message: 'no such file in build-image, 125',
      evidenceLine: 7,
      step: 'build-image',
      rule: 'known',
    });
  });

  it('says that a step ran out of memory', () => {
    expect(
      failureOf({
        run: succeeded('False', 'Failed'),
        task: succeeded('False', 'StepOOM'),
        steps: [endedStep('clone-repo', 137, 'OOMKilled')],
      }),
    ).toMatchObject({ class: 'user', step: 'clone-repo' });
  });

  it.each([
    'PodEvicted',
    'TaskRunImagePullFailed',
    'CreateContainerConfigError',
    'PodCreationFailed',
    'SomeReasonOfALaterTekton',
  ])(
    'blames the cluster for %s, with its words, so that it is tried again',
    reason => {
      expect(
        failureOf({
          run: succeeded('False', 'Failed'),
          task: succeeded('False', reason, 'the words of the cluster'),
        }),
      ).toMatchObject({
        class: 'infrastructure',
        message: expect.stringContaining(
          `${reason}): the words of the cluster`,
        ),
      });
    },
  );

  it('blames the template for what Tekton does not take', () => {
    expect(
      failureOf({ run: succeeded('False', 'ParameterMissing', 'no such') }),
    ).toMatchObject({ class: 'template' });
  });

  it('is cancelled where we or somebody at the cluster has cancelled it', () => {
    const run = succeeded('False', 'Cancelled');
    expect(toOutcome(ended({ run }))).toEqual({ status: 'cancelled' });
    expect(
      toOutcome(
        ended({
          run: succeeded('False', 'Failed'),
          overrides: { endedBy: 'cancel' },
        }),
      ),
    ).toEqual({ status: 'cancelled' });
  });

  it('names the step that the time limit was reached in', () => {
    expect(
      failureOf({
        run: succeeded('False', 'Cancelled'),
        steps: [
          endedStep('clone-repo', 0),
          endedStep('build-image', 1, 'Cancelled'),
        ],
        overrides: { endedBy: 'timeout' },
      }),
    ).toMatchObject({ class: 'timeout', step: 'build-image' });
  });

  it('says what a run has waited for that never began', () => {
    expect(
      failureOf({
        run: succeeded('False', 'Cancelled'),
        overrides: {
          endedBy: 'pending-timeout',
          pending: 'Unschedulable: 0/2 nodes are available',
        },
      }),
    ).toMatchObject({
      class: 'infrastructure',
      message:
        'No step began within 600 s: Unschedulable: 0/2 nodes are available.',
    });
  });

  it('blames the build for a pod that was evicted for what the build has written', () => {
    expect(
      failureOf({
        run: succeeded('False', 'Failed'),
        task: succeeded(
          'False',
          'PodEvicted',
          'Container step-build-image exceeded its local ephemeral storage limit "64Mi".',
        ),
      }),
    ).toMatchObject({
      class: 'user',
      hint: expect.stringContaining('ephemeral storage'),
    });
  });

  it('blames the build for what it has written also where only its pod tells of it, as with Tekton 1.9', () => {
    const message =
      'Usage of EmptyDir volume "work" exceeds the limit "64Mi". ';
    expect(
      failureOf({
        run: succeeded('False', 'Failed'),
        task: succeeded('False', 'Failed', 'exited with code 137'),
        steps: [endedStep('clone-repo', 137)],
        overrides: {
          pods: [pod({ phase: 'Failed', reason: 'Evicted', message })],
        },
      }),
    ).toMatchObject({
      class: 'user',
      step: 'clone-repo',
      message: expect.stringContaining('exceeds the limit'),
    });
  });

  it('says of a step that Tekton has ended at its time limit that it took too long', () => {
    expect(
      failureOf({
        run: succeeded('False', 'Failed'),
        task: succeeded('False', 'Failed'),
        steps: [
          endedStep('clone-repo', 0),
          endedStep('build-image', 1, 'TimeoutExceeded'),
        ],
      }),
    ).toMatchObject({
      class: 'timeout',
      step: 'build-image',
      message: expect.stringContaining('Step build-image ran longer than'),
    });
  });

  it('blames the cluster for a step whose pod was taken away under it', () => {
    expect(
      failureOf({
        run: succeeded('False', 'Failed'),
        task: succeeded('False', 'Failed'),
        steps: [endedStep('clone-repo', 255)],
        overrides: { pods: [pod({ deletionAskedAt: '2026-11-01T10:00:08Z' })] },
      }),
    ).toMatchObject({
      class: 'infrastructure',
      step: 'clone-repo',
      message:
        'The pod of the build was taken away while step clone-repo ran: somebody deleted it.',
    });
  });

  it('blames the wait of a task that did not begin in time, where nothing else ran', () => {
    const failure = failureOf({
      run: succeeded('False', 'Cancelled'),
      steps: [endedStep('clone-repo', 0)],
      overrides: {
        endedBy: 'timeout',
        waiting: 'build-linux-arm64',
        pending: 'Unschedulable: 0/3 nodes are available',
      },
    });
    expect(failure).toMatchObject({
      class: 'infrastructure',
      message:
        'The build reached its time limit of 60 s while its task build-linux-arm64 waited to begin: Unschedulable: 0/3 nodes are available.',
      hint: expect.stringContaining('Raise the time limit'),
    });
  });

  it('is lost with its node, in the words of whoever has noticed that', () => {
    const run = succeeded('False', 'Cancelled');
    const overrides = {
      endedBy: 'node-lost',
      nodeLoss: { node: 'node-a', message: 'It is lost.' },
      // Tekton deletes them all as the run is ended, wherever they are.
      pods: ['node-b', 'node-a'].map(node =>
        pod({ name: `on-${node}`, node, isBeingDeleted: true }),
      ),
    } as const;
    expect(toOutcome(ended({ run, overrides }))).toEqual({
      status: 'lost',
      message: 'It is lost.',
      nodes: ['node-a'],
    });
  });

  it.each([
    ['timeout', { status: 'failed', failure: { class: 'timeout' } }],
    [
      'pending-timeout',
      { status: 'failed', failure: { class: 'infrastructure' } },
    ],
    [
      'node-lost',
      {
        status: 'lost',
        message: 'The node node-a, which ran the build, was lost.',
        nodes: ['node-a'],
      },
    ],
    ['cancel', { status: 'cancelled' }],
    ['something of somebody else', { status: 'cancelled' }],
  ])(
    'knows by what is written into a run that another process has ended it by %s',
    (by, outcome) => {
      const all = ended({
        run: succeeded('False', 'Cancelled'),
        overrides: { pods: [pod({ node: 'node-b', isBeingDeleted: true })] },
      });
      all.run.annotations = {
        'image-factory.io/ended-by': by,
        ...(by === 'node-lost' && { 'image-factory.io/lost-node': 'node-a' }),
      };
      expect(toOutcome(all)).toMatchObject(outcome);
    },
  );
});
