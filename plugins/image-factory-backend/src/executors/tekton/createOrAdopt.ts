import { LoggerService } from '@backstage/backend-plugin-api';
import { setTimeout as delay } from 'node:timers/promises';
import { Failure } from '@image-factory/backstage-plugin-image-factory-common';
import {
  KubernetesClient,
  KubernetesError,
  TEKTON_API,
  hasStatus,
  objectPath,
} from '../../clusters';
import { PipelineRun, RUN_ANNOTATIONS, RUN_LABELS } from '../../templates';
import { PipelineRunObject } from './tektonObjects';

const TRIES = 8;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 10_000;

/** What became of a run that was to be created. */
export type Created = { ok: true } | { ok: false; failure: Failure };

/**
 * Creates a PipelineRun, or adopts the one of its name where it is the same:
 * another process, or an answer that was lost, may have created it before.
 */
export async function createOrAdopt(options: {
  client: KubernetesClient;
  pipelineRun: PipelineRun;
  random(): number;
  logger: LoggerService;
  signal: AbortSignal;
}): Promise<Created> {
  const { client, pipelineRun, random, logger, signal } = options;
  const { name, namespace } = pipelineRun.metadata;
  const path = objectPath(TEKTON_API, namespace, 'pipelineruns');
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.create(path, pipelineRun as PipelineRunObject, signal, {
        fieldValidation: 'Strict',
      });
      return { ok: true };
    } catch (error) {
      if (signal.aborted || !(error instanceof KubernetesError)) throw error;
      if (hasStatus(error, 409)) {
        const adopted = await adopt(client, path, pipelineRun, signal);
        if (adopted) return adopted;
      }
      // The webhook of Tekton answers 500 while it is down, which passes.
      const isWorthMore =
        hasStatus(error, 409) || error.isPassing || isNotCountedYet(error);
      if (!isWorthMore || attempt === TRIES) {
        logger.warn(
          `The cluster did not take the PipelineRun ${name} in ${namespace}: ${error.message}`,
        );
        return { ok: false, failure: explainRefusal(error, pipelineRun) };
      }
    }
    const pause = Math.min(
      FIRST_BACKOFF_MS * 2 ** (attempt - 1),
      LONGEST_BACKOFF_MS,
    );
    await delay(pause * (0.5 + random()), undefined, { signal });
  }
}

/**
 * Whether the run of an attempt was created already, by whoever began to and did
 * not come to tell. However it was made: what is configured may be another since.
 */
export async function isCreated(options: {
  client: KubernetesClient;
  run: { name: string; namespace: string };
  instance: string;
  execution: { buildId: string; executionId: string };
  signal: AbortSignal;
}): Promise<boolean> {
  const { client, run, instance, execution, signal } = options;
  const path = objectPath(TEKTON_API, run.namespace, 'pipelineruns', run.name);
  try {
    const found = await client.get<PipelineRunObject>(path, signal);
    return isOf(found, { instance, ...execution });
  } catch (error) {
    if (signal.aborted || !(error instanceof KubernetesError)) throw error;
    // Where that cannot be told, creating it finds out.
    return false;
  }
}

/** Whether a run was made for an execution, by this portal. */
function isOf(
  { metadata: { labels = {}, annotations = {} } }: PipelineRunObject,
  whose: { instance: string; buildId: string; executionId: string },
): boolean {
  return (
    labels[RUN_LABELS.instance] === whose.instance &&
    labels[RUN_LABELS.build] === whose.buildId &&
    annotations[RUN_ANNOTATIONS.execution] === whose.executionId
  );
}

/** A quota that is new, or whose kind is, is counted in half a minute; until then nothing is admitted. */
function isNotCountedYet({ status, message }: KubernetesError): boolean {
  return status === 403 && message.includes('status unknown for quota');
}

/** Undefined where the cluster does not answer, or the other is gone meanwhile: then it is tried again. */
async function adopt(
  client: KubernetesClient,
  path: string,
  ours: PipelineRun,
  signal: AbortSignal,
): Promise<Created | undefined> {
  const { name, labels, annotations } = ours.metadata;
  let found: PipelineRunObject;
  try {
    found = await client.get(`${path}/${name}`, signal);
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
  // However it was made: what is configured may be another since.
  const isSame = isOf(found, {
    instance: labels[RUN_LABELS.instance],
    buildId: labels[RUN_LABELS.build],
    executionId: annotations[RUN_ANNOTATIONS.execution],
  });
  if (isSame) return { ok: true };
  return {
    ok: false,
    failure: {
      class: 'infrastructure',
      message: `The namespace ${ours.metadata.namespace} has a PipelineRun ${name} already, and it is not the one of this build.`,
      hint: 'Find out who has made it: only this portal should create runs by such names there.',
    },
  };
}

const ADMIN_LOOKS =
  'It is tried again by itself. If it stays so, tell the portal admin.';
const IN_THE_LOG = 'The log of the backend has the words of the cluster.';

/**
 * Why a cluster does not take a run, for whoever wants the build. What it says of
 * a quota or of the run itself is quoted; else its words can have addresses and
 * accounts in them, and are for the log.
 */
export function explainRefusal(
  error: KubernetesError,
  run: PipelineRun,
): Failure {
  const { status, message } = error;
  const { name, namespace } = run.metadata;
  if (status === 401) {
    return {
      class: 'infrastructure',
      message: 'The cluster refuses the login of the portal.',
      hint: `A portal admin renews the token of the cluster: it may have run out. ${IN_THE_LOG}`,
    };
  }
  if (status === 403 && message.includes('exceeded quota')) {
    return {
      class: 'infrastructure',
      message: `The namespace ${namespace} has no room for the PipelineRun ${name}: ${message}`,
      hint: 'A portal admin raises the quota of the namespace, or removes finished runs from it.',
    };
  }
  if (isNotCountedYet(error)) {
    return {
      class: 'infrastructure',
      message: `The cluster has not counted yet what the quota of the namespace ${namespace} limits, and admits nothing until then.`,
      hint: 'It is tried again by itself. A cluster takes up to five minutes for that where a quota is older than what it limits.',
    };
  }
  if (status === 403) {
    return {
      class: 'infrastructure',
      message: `The cluster does not let the portal create the PipelineRun ${name} in the namespace ${namespace}.`,
      hint: `A portal admin sees to it that the namespace ${namespace} exists, and that the portal may create PipelineRuns there. ${IN_THE_LOG}`,
    };
  }
  if (status === 404) {
    return {
      class: 'infrastructure',
      message: `The cluster has no place for the PipelineRun ${name} in the namespace ${namespace}.`,
      hint: `A portal admin makes the namespace ${namespace}, or installs Tekton. ${IN_THE_LOG}`,
    };
  }
  if (status === 400 || status === 422) {
    return {
      class: 'template',
      message: `The cluster refuses what the pipeline template makes of this build: ${message}`,
      hint: 'A portal admin corrects the pipeline template.',
    };
  }
  if (message.includes('failed calling webhook')) {
    return {
      class: 'infrastructure',
      message: 'Tekton does not check new runs now, so the cluster takes none.',
      hint: `${ADMIN_LOOKS} The webhook of Tekton has to run. ${IN_THE_LOG}`,
    };
  }
  return {
    class: 'infrastructure',
    message:
      status === undefined
        ? 'The cluster does not answer.'
        : `The cluster does not take the build now (HTTP ${status}).`,
    hint: `${ADMIN_LOOKS} ${IN_THE_LOG}`,
  };
}
