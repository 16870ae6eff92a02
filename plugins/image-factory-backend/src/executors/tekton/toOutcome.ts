import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import {
  FailureRule,
  Outcome,
  StepSnapshot,
} from '@image-factory/backstage-plugin-image-factory-node';
import { JsonObject } from '@backstage/types';
import { GATE_RULE, unscannedImage } from '../../checks';
import { explainFailure } from '../../methods';
import { plainFailure } from '../reporting';
import { LostNode } from './NodeLoss';
import { holdingBack, isContinued, scanVerdicts } from './scanVerdict';
import { whyTakenAway } from './whyTakenAway';
import {
  Condition,
  ENDED_BY_ANNOTATION,
  LOST_NODE_ANNOTATION,
  PipelineRunState,
  PodState,
  TaskRunState,
} from './tektonObjects';

const ENDED_BY = ['cancel', 'timeout', 'pending-timeout', 'node-lost'] as const;

/** Why we have ended a run before its time. */
export type EndedBy = (typeof ENDED_BY)[number];

/** All that tells how a run has ended. */
export type EndedRun = {
  run: PipelineRunState;
  taskRuns: TaskRunState[];
  /** As each was last seen, also those that are gone; undefined where they could not be listed. */
  pods: PodState[] | undefined;
  steps: StepSnapshot[];
  /** Undefined where nobody here has ended it; another process may have. */
  endedBy: EndedBy | undefined;
  /** The node that the run was lost with; undefined where another process has ended it for that. */
  nodeLoss?: LostNode;
  /** What the run waited for when it waited too long. */
  pending: string | undefined;
  /** The task that waited, where others ran. */
  waiting?: string;
  timeoutSeconds: number;
  pendingTimeoutSeconds: number;
  rules: FailureRule[];
  parameters: JsonObject;
  /** The last lines of a step's log. */
  tail(step: string): { lines: string[]; firstLine: number };
};

/** The pipeline, or what we have made of it, is at fault. */
const TEMPLATE_REASONS = [
  'CouldntGetPipeline',
  'CouldntGetTask',
  'CouldntGetPipelineResult',
  'PipelineValidationFailed',
  'PipelineInvalidGraph',
  'ParameterMissing',
  'ParameterTypeMismatch',
  'ObjectParameterMissKeys',
  'ParamArrayIndexingInvalid',
  'InvalidParamValue',
  'InvalidMatrixParameterTypes',
  'InvalidTaskResultReference',
  'InvalidPipelineResultReference',
  'InvalidWorkspaceBindings',
  'InvalidTaskRunSpecs',
  'TaskRunResolutionFailed',
  'TaskRunValidationFailed',
  'TaskValidationFailed',
  'TaskRunResultLargerThanAllowedLimit',
];

/** The cluster is at fault, and the next attempt may go well. */
const CLUSTER_REASONS = [
  'CreateRunFailed',
  'CouldntCreateWorkspacePVC',
  'PodEvicted',
  'PodCreationFailed',
  'PodAdmissionFailed',
  'TaskRunImagePullFailed',
  'PullImageFailed',
  'CreateContainerConfigError',
  'ExceededResourceQuota',
  'ExceededNodeResources',
  'InitContainerOOM',
  'InitContainerFailed',
  'TaskRunStopSidecarFailed',
];

/** How the kubelet says that it evicts a pod for what the pod itself has written. */
const PASSED_ITS_DISK_LIMIT =
  /exceeds the (total )?limit|exceeded its local ephemeral storage limit/;

const TIMEOUT_REASONS = ['PipelineRunTimeout', 'TaskRunTimeout'];
const CANCELLED_REASONS = ['Cancelled', 'TaskRunCancelled'];

/** What the end of a run means for its build. Call it where the run is over. */
export function toOutcome(ended: EndedRun): Outcome {
  const { run, endedBy = endedByOf(run) } = ended;
  if (run.succeeded?.status === 'True') return { status: 'completed' };
  if (endedBy === 'cancel') return { status: 'cancelled' };
  if (endedBy === 'timeout') return failed(timedOut(ended));
  if (endedBy === 'pending-timeout') return failed(neverBegun(ended));
  if (endedBy === 'node-lost') {
    const node = ended.nodeLoss?.node ?? lostNodeOf(run);
    return {
      status: 'lost',
      message: ended.nodeLoss?.message ?? nodeLost(node),
      nodes: node === undefined ? [] : [node],
    };
  }
  const told = reasonOf(ended);
  if (CANCELLED_REASONS.includes(told.reason ?? '')) {
    return { status: 'cancelled' };
  }
  return failed(withPlatform(ended, toFailure(ended, told)));
}

/** What was written into the run as it was ended; what is not ours there tells nothing. */
function endedByOf({ annotations }: PipelineRunState): EndedBy | undefined {
  const written = annotations[ENDED_BY_ANNOTATION];
  return ENDED_BY.find(each => each === written);
}

/** As it was written into the run. The pods tell no more by now: Tekton has deleted those on healthy nodes as well. */
function lostNodeOf({ annotations }: PipelineRunState): string | undefined {
  return annotations[LOST_NODE_ANNOTATION];
}

function nodeLost(node: string | undefined): string {
  return node
    ? `The node ${node}, which ran the build, was lost.`
    : 'The node that ran the build was lost.';
}

/** The TaskRun that failed says more than the run that it belongs to. */
function reasonOf(ended: EndedRun): Condition {
  const ofRun = ended.run.succeeded!;
  const ofTask = failedTask(ended)?.succeeded;
  return ofRun.reason === 'Failed' && ofTask ? ofTask : ofRun;
}

/** The one that failed first, where several have. */
function failedTask({ taskRuns }: EndedRun): TaskRunState | undefined {
  const [first] = taskRuns
    .filter(({ succeeded }) => succeeded?.status === 'False')
    .sort((one, other) => endOf(one) - endOf(other));
  return first;
}

function endOf({ succeeded }: TaskRunState): number {
  return Date.parse(succeeded?.lastTransitionTime ?? '') || 0;
}

function toFailure(ended: EndedRun, told: Condition): Failure {
  const { reason = '', message = '' } = told;
  if (TIMEOUT_REASONS.includes(reason)) return timedOut(ended);
  if (TEMPLATE_REASONS.includes(reason)) {
    return {
      class: 'template',
      message: `Tekton does not run what the pipeline template makes of this build (${reason}): ${message}`,
      hint: 'A portal admin corrects the pipeline template.',
    };
  }
  const heldBack = toHeldBack(ended);
  if (heldBack) return heldBack;
  const failedSteps = unfinished(ended).filter(
    ({ status }) => status === 'failed',
  );
  const step =
    failedSteps.find(({ task }) => task === failedTask(ended)?.task) ??
    failedSteps[0];
  const passedLimit = evictionsOf(ended, told).find(words =>
    PASSED_ITS_DISK_LIMIT.test(words),
  );
  if (passedLimit !== undefined) {
    return {
      class: 'user',
      message: `The build wrote more to its disk than its limit and was ended: ${passedLimit}`,
      step: step?.name,
      hint: 'Let the build write less, such as by a smaller context or fewer layers, or ask a portal admin for a higher limit of ephemeral storage.',
    };
  }
  if (CLUSTER_REASONS.includes(reason) || !step) {
    return {
      class: 'infrastructure',
      message: `The cluster could not run the build (${
        reason || 'no reason given'
      }): ${message}`,
      step: step?.name,
      hint: 'It is tried again by itself. If it stays so, tell the portal admin this reason.',
    };
  }
  if (step.reason === 'TimeoutExceeded') return stepTimedOut(ended, step);
  if (step.reason === 'OOMKilled' || reason === 'StepOOM') {
    return {
      class: 'user',
      message: `Step ${step.name} needed more memory than its limit and was ended (OOMKilled).`,
      step: step.name,
      hint: 'Let the build use less memory at once, such as by fewer parallel jobs, or ask a portal admin for a higher limit.',
    };
  }
  return takenAway(ended, step.name) ?? explain(ended, step);
}

/** Not every Tekton tells of an eviction; the pod does. */
function evictionsOf({ pods = [] }: EndedRun, told: Condition): string[] {
  return [
    ...(told.reason === 'PodEvicted' ? [told.message ?? ''] : []),
    ...pods.flatMap(({ taskRun, reason, message = '' }) =>
      taskRun !== undefined && reason === 'Evicted' ? [message] : [],
    ),
  ];
}

function takenAway(ended: EndedRun, step: string): Failure | undefined {
  const cause = whyTakenAway({ ...ended, step });
  return cause === undefined
    ? undefined
    : {
        class: 'infrastructure',
        message: `The pod of the build was taken away while step ${step} ran: ${cause}.`,
        step,
        hint: 'It is tried again by itself. Pods are taken away where nodes are drained, scaled down or full, or where somebody deletes them: if it stays so, tell the portal admin.',
      };
}

/** Steps that have failed without ending the run are no reason for how it has ended. */
function unfinished({ steps, taskRuns }: EndedRun): StepSnapshot[] {
  const continued = taskRuns
    .flatMap(taskRun => taskRun.steps)
    .filter(isContinued)
    .map(({ name }) => name);
  return steps.filter(({ name }) => !continued.includes(name));
}

/** Of an image that is not pushed for what its scan has found, or has not. */
function toHeldBack(ended: EndedRun): Failure | undefined {
  const scan = holdingBack(scanVerdicts(ended.run, ended.taskRuns));
  const step = ended.steps.find(({ name }) => name === scan?.step);
  if (!scan?.heldBackIn || !step) return undefined;
  const told = explainFailure([], evidenceOf(ended, step));
  const { message, ...rest } = told;
  if (scan.verdict === 'stopped') {
    return {
      ...rest,
      message: `The image is stopped by what was found in it. ${message}`,
      hint: `Update the packages that the log of ${step.name} names, and build again.`,
      rule: GATE_RULE,
    };
  }
  const away = takenAway(ended, step.name);
  if (away) return away;
  return unscannedImage(told);
}

function evidenceOf(ended: EndedRun, step: StepSnapshot) {
  return {
    step: step.name,
    exitCode: step.exitCode,
    ...ended.tail(step.name),
    parameters: ended.parameters,
    // The sources are gone with the pod.
    readSource: () => undefined,
  };
}

function placeOf({ run }: EndedRun, step: string | undefined) {
  return run.steps.find(({ name }) => name === step);
}

/** By the rules, which know a step by its name in the template; in general by the one that it has here. */
function explain(ended: EndedRun, step: StepSnapshot): Failure {
  const evidence = evidenceOf(ended, step);
  const { templateName = step.name } = placeOf(ended, step.name) ?? {};
  const byRule = explainFailure(ended.rules, {
    ...evidence,
    step: templateName,
  });
  return byRule.rule
    ? { ...byRule, step: step.name }
    : explainFailure([], evidence);
}

/** Where platforms have tasks of their own: of which one it is, and where that was built. */
function withPlatform(ended: EndedRun, failure: Failure): Failure {
  const place =
    placeOf(ended, failure.step) ??
    ended.run.steps.find(({ task }) => task === failedTask(ended)?.task);
  if (!place?.platform) return failure;
  const { message, hint } = failure;
  const step = ended.steps.find(({ name }) => name === place.name);
  const where =
    step?.pod &&
    `It ran in the pod ${step.pod}${
      step.node ? ` on the node ${step.node}` : ''
    }.`;
  return {
    ...failure,
    message: `${place.platform}: ${message}`,
    hint: [hint, where].filter(Boolean).join(' '),
  };
}

function timedOut(ended: EndedRun): Failure {
  const { timeoutSeconds } = ended;
  const step = unfinished(ended).find(({ status }) =>
    ['running', 'cancelled', 'failed'].includes(status),
  )?.name;
  if (ended.waiting !== undefined && step === undefined) {
    return {
      class: 'infrastructure',
      message: `The build reached its time limit of ${timeoutSeconds} s while its task ${
        ended.waiting
      } waited to begin${ended.pending ? `: ${ended.pending}` : ''}.`,
      hint: 'Raise the time limit of the build, or ask a portal admin whether the cluster has nodes with enough room for the task.',
    };
  }
  return {
    class: 'timeout',
    message: `The build ran longer than its time limit of ${timeoutSeconds} s and was ended${
      step ? ` in step ${step}` : ''
    }.`,
    step,
    hint: step
      ? `Raise the time limit of the build, or look in the log of ${step} for what takes so long.`
      : 'Raise the time limit of the build.',
  };
}

/** Tekton has ended it: the portal was not there to do so at the limit of the build, or a template sets one for the step. */
function stepTimedOut(
  { timeoutSeconds }: EndedRun,
  { name }: StepSnapshot,
): Failure {
  return {
    class: 'timeout',
    message: `Step ${name} ran longer than its time limit and was ended; that of the build is ${timeoutSeconds} s.`,
    step: name,
    hint: `Raise the time limit of the build, or look in the log of ${name} for what takes so long.`,
  };
}

function neverBegun(ended: EndedRun): Failure {
  const { pending, waiting, pendingTimeoutSeconds } = ended;
  return {
    class: 'infrastructure',
    message: `No step ${
      waiting ? `of the task ${waiting} ` : ''
    }began within ${pendingTimeoutSeconds} s${pending ? `: ${pending}` : ''}.`,
    hint: pending?.startsWith('ExceededResourceQuota')
      ? "Build again once other builds have ended, or ask a portal admin to raise the quota of the tenant's namespace."
      : 'Ask a portal admin whether the cluster has nodes with enough room for builds, and can pull the images of their steps.',
  };
}

function failed(failure: Failure): Outcome {
  return { status: 'failed', failure: plainFailure(failure) };
}
