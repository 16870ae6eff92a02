import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import {
  FailureRule,
  Outcome,
  StepSnapshot,
} from '@image-factory/backstage-plugin-image-factory-node';
import { JsonObject } from '@backstage/types';
import { explainFailure } from '../../methods';
import { plainFailure } from '../reporting';
import { Condition, PipelineRunState, TaskRunState } from './tektonObjects';

/** Why we have ended a run before its time. */
export type EndedBy = 'cancel' | 'timeout' | 'pending-timeout';

/** All that tells how a run has ended. */
export type EndedRun = {
  run: PipelineRunState;
  taskRuns: TaskRunState[];
  steps: StepSnapshot[];
  endedBy: EndedBy | undefined;
  /** What the run waited for when it waited too long. */
  pending: string | undefined;
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

const TIMEOUT_REASONS = ['PipelineRunTimeout', 'TaskRunTimeout'];
const CANCELLED_REASONS = ['Cancelled', 'TaskRunCancelled'];

/** What the end of a run means for its build. Call it where the run is over. */
export function toOutcome(ended: EndedRun): Outcome {
  const { run, endedBy } = ended;
  if (run.succeeded?.status === 'True') return { status: 'completed' };
  if (endedBy === 'cancel') return { status: 'cancelled' };
  if (endedBy === 'timeout') return failed(timedOut(ended));
  if (endedBy === 'pending-timeout') return failed(neverBegun(ended));
  const told = reasonOf(ended);
  if (CANCELLED_REASONS.includes(told.reason ?? '')) {
    return { status: 'cancelled' };
  }
  return failed(toFailure(ended, told));
}

/** The TaskRun that failed says more than the run that it belongs to. */
function reasonOf({ run, taskRuns }: EndedRun): Condition {
  const failedTask = taskRuns.find(
    ({ succeeded }) => succeeded?.status === 'False',
  );
  const ofRun = run.succeeded!;
  return ofRun.reason === 'Failed' && failedTask?.succeeded
    ? failedTask.succeeded
    : ofRun;
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
  const step = ended.steps.find(({ status }) => status === 'failed');
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
  if (step.reason === 'OOMKilled' || reason === 'StepOOM') {
    return {
      class: 'user',
      message: `Step ${step.name} needed more memory than its limit and was ended (OOMKilled).`,
      step: step.name,
      hint: 'Let the build use less memory at once, such as by fewer parallel jobs, or ask a portal admin for a higher limit.',
    };
  }
  return explainFailure(ended.rules, {
    step: step.name,
    exitCode: step.exitCode,
    ...ended.tail(step.name),
    parameters: ended.parameters,
    // The sources are gone with the pod.
    readSource: () => undefined,
  });
}

function timedOut({ steps, timeoutSeconds }: EndedRun): Failure {
  const step = steps.find(({ status }) =>
    ['running', 'cancelled', 'failed'].includes(status),
  )?.name;
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

function neverBegun({ pending, pendingTimeoutSeconds }: EndedRun): Failure {
  return {
    class: 'infrastructure',
    message: `No step began within ${pendingTimeoutSeconds} s${
      pending ? `: ${pending}` : ''
    }.`,
    hint: 'Ask a portal admin whether the cluster has nodes with enough room for builds, and can pull the images of their steps.',
  };
}

function failed(failure: Failure): Outcome {
  return { status: 'failed', failure: plainFailure(failure) };
}
