import { GATE_SEVERITIES, GateSettings } from '../../checks';
import { KubernetesObject } from '../../clusters';
import {
  OrderedTask,
  Param,
  RUN_ANNOTATIONS,
  tasksBefore,
  templateStepName,
} from '../../templates';

/** As far as it is looked at here. Times are ISO 8601, to the second. */
export type Condition = {
  type: string;
  status: 'True' | 'False' | 'Unknown';
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
};

/** One step of a TaskRun, as Tekton tells it. */
export type TaskRunStep = {
  name: string;
  container: string;
  imageID?: string;
  waiting?: { reason?: string; message?: string };
  running?: { startedAt?: string };
  terminated?: {
    exitCode: number;
    reason?: string;
    startedAt?: string;
    finishedAt?: string;
  };
  /** `Completed`, `Error`, `OOMKilled`, `TimeoutExceeded`, `Skipped`, `Continued` or `Cancelled`. */
  terminationReason?: string;
  results?: RunResult[];
};

/** A result of a run; arrays and objects are not used here. */
export type RunResult = { name: string; value: unknown };

type PipelineTaskObject = OrderedTask & {
  taskSpec?: { steps?: { name: string }[] };
};

/** A PipelineRun of the API version `tekton.dev/v1`. */
export type PipelineRunObject = KubernetesObject & {
  spec?: {
    status?: string;
    params?: Param[];
    pipelineSpec?: {
      tasks?: PipelineTaskObject[];
      finally?: PipelineTaskObject[];
    };
  };
  status?: {
    conditions?: Condition[];
    startTime?: string;
    completionTime?: string;
    results?: RunResult[];
    childReferences?: {
      kind: string;
      name: string;
      pipelineTaskName: string;
    }[];
  };
};

/** A TaskRun of the API version `tekton.dev/v1`. */
export type TaskRunObject = KubernetesObject & {
  status?: {
    conditions?: Condition[];
    podName?: string;
    steps?: TaskRunStep[];
    results?: RunResult[];
    startTime?: string;
    completionTime?: string;
  };
};

/** The state of one container of a pod. */
export type ContainerStatus = {
  name: string;
  state?: {
    waiting?: { reason?: string; message?: string };
    running?: { startedAt?: string };
    terminated?: { exitCode: number; reason?: string };
  };
};

/** A Pod. */
export type PodObject = KubernetesObject & {
  spec?: { nodeName?: string };
  status?: {
    phase?: string;
    reason?: string;
    message?: string;
    conditions?: Condition[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
};

/** Where Tekton writes which run a TaskRun or a pod belongs to. */
export const PIPELINE_RUN_LABEL = 'tekton.dev/pipelineRun';
export const TASK_RUN_LABEL = 'tekton.dev/taskRun';
/** Where we write why we have ended a run, so that whoever collects it next knows. */
export const ENDED_BY_ANNOTATION = 'image-factory.io/ended-by';
/** The node that a run was ended for, where it was lost. */
export const LOST_NODE_ANNOTATION = 'image-factory.io/lost-node';
const PIPELINE_TASK_LABEL = 'tekton.dev/pipelineTask';

/** A step where it stands in a PipelineRun. */
export type StepPlace = {
  task: string;
  runAfter: string[];
  name: string;
  /** Whether its task is there for the end, however the others have ended. */
  isAtEnd?: boolean;
  /** Where its task builds for one platform of several: which that is, */
  platform?: string;
  /** and what it is called in the template. */
  templateName?: string;
};

/** What is kept of a PipelineRun. */
export type PipelineRunState = {
  name: string;
  namespace: string | undefined;
  uid: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Its steps in their order, of all tasks, each with the tasks before its own. */
  steps: StepPlace[];
  /** The names of the TaskRuns that Tekton has made for it. */
  taskRuns: string[];
  succeeded: Condition | undefined;
  isCancelRequested: boolean;
  createdAt: string | undefined;
  results: RunResult[];
  /** The steps that scan the image, of each platform where those have tasks of their own, */
  scanSteps: string[];
  /** and what the image has to pass to be pushed. */
  gate: GateSettings | undefined;
};

/** What is kept of a TaskRun. */
export type TaskRunState = {
  name: string;
  pipelineRun: string | undefined;
  task: string | undefined;
  podName: string | undefined;
  createdAt?: string;
  succeeded: Condition | undefined;
  steps: TaskRunStep[];
  results: RunResult[];
};

/** What is kept of a pod. */
export type PodState = {
  name: string;
  uid: string;
  pipelineRun: string | undefined;
  /** Undefined for the pod of Tekton's affinity assistant, which has all other labels of the run. */
  taskRun: string | undefined;
  node: string | undefined;
  phase: string | undefined;
  reason: string | undefined;
  message: string | undefined;
  isBeingDeleted: boolean;
  /** When its deletion was asked for: ISO 8601, to the second. */
  deletionAskedAt: string | undefined;
  /** Why Kubernetes itself takes it away, where it does: an eviction, a taint, a preemption. */
  disruption: Condition | undefined;
  scheduled: Condition | undefined;
  containers: ContainerStatus[];
};

export function reducePipelineRun(run: PipelineRunObject): PipelineRunState {
  const { metadata, spec, status } = run;
  return {
    name: metadata.name,
    namespace: metadata.namespace,
    uid: metadata.uid ?? '',
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    steps: placesOf(run),
    taskRuns: (status?.childReferences ?? [])
      .filter(({ kind }) => kind === 'TaskRun')
      .map(child => child.name),
    succeeded: conditionOf(status?.conditions, 'Succeeded'),
    isCancelRequested: Boolean(spec?.status?.startsWith('Cancelled')),
    createdAt: metadata.creationTimestamp,
    results: status?.results ?? [],
    scanSteps: listOf(metadata.annotations?.[RUN_ANNOTATIONS.scanStep]),
    gate: gateOf(spec?.params ?? []),
  };
}

function placesOf({ metadata, spec }: PipelineRunObject): StepPlace[] {
  const { tasks = [], finally: atEnd = [] } = spec?.pipelineSpec ?? {};
  const platforms = new Map(
    listOf(metadata.annotations?.[RUN_ANNOTATIONS.platformTasks]).map(each => {
      const [task, platform] = each.split('=');
      return [task, platform];
    }),
  );
  const placesIn = (task: PipelineTaskObject, runAfter: string[]) =>
    (task.taskSpec?.steps ?? []).map(({ name }): StepPlace => {
      const platform = platforms.get(task.name);
      return {
        task: task.name,
        runAfter,
        name,
        ...(platform && {
          platform,
          templateName: templateStepName(name, platform),
        }),
      };
    });
  const names = tasks.map(({ name }) => name);
  return [
    ...tasks.flatMap(task => placesIn(task, tasksBefore(task))),
    ...atEnd.flatMap(task =>
      placesIn(task, names).map(place => ({ ...place, isAtEnd: true })),
    ),
  ];
}

function listOf(annotation: string | undefined): string[] {
  return annotation ? annotation.split(',') : [];
}

/** As it was when the run was made: the operator may have set another one since. */
function gateOf(params: Param[]): GateSettings | undefined {
  const value = (name: string) =>
    params.find(param => param.name === name)?.value;
  const severity = GATE_SEVERITIES.find(each => each === value('scan-gate'));
  return (
    severity && {
      severity,
      ignoreUnfixed: value('scan-ignore-unfixed') === 'true',
      ignore: [value('scan-ignore') ?? []].flat(),
    }
  );
}

export function reduceTaskRun({
  metadata,
  status,
}: TaskRunObject): TaskRunState {
  return {
    name: metadata.name,
    pipelineRun: metadata.labels?.[PIPELINE_RUN_LABEL],
    task: metadata.labels?.[PIPELINE_TASK_LABEL],
    podName: status?.podName || undefined,
    createdAt: metadata.creationTimestamp,
    succeeded: conditionOf(status?.conditions, 'Succeeded'),
    steps: (status?.steps ?? []).map(reduceStep),
    results: status?.results ?? [],
  };
}

/** A termination message has up to 4 KiB, and tells what the results do. */
function reduceStep({
  name,
  container,
  imageID,
  waiting,
  running,
  terminated,
  terminationReason,
  results,
}: TaskRunStep): TaskRunStep {
  return {
    name,
    container,
    imageID,
    waiting: waiting && pickWaiting(waiting),
    running: running && { startedAt: running.startedAt },
    terminated: terminated && {
      exitCode: terminated.exitCode,
      reason: terminated.reason,
      startedAt: terminated.startedAt,
      finishedAt: terminated.finishedAt,
    },
    terminationReason,
    results,
  };
}

function pickWaiting({
  reason,
  message,
}: {
  reason?: string;
  message?: string;
}) {
  return { reason, message };
}

export function reducePod({ metadata, spec, status }: PodObject): PodState {
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    pipelineRun: metadata.labels?.[PIPELINE_RUN_LABEL],
    taskRun: metadata.labels?.[TASK_RUN_LABEL],
    node: spec?.nodeName,
    phase: status?.phase,
    reason: status?.reason,
    message: status?.message,
    isBeingDeleted: metadata.deletionTimestamp !== undefined,
    deletionAskedAt: deletionAskedAt(metadata),
    disruption: conditionOf(status?.conditions, 'DisruptionTarget'),
    scheduled: conditionOf(status?.conditions, 'PodScheduled'),
    containers: [
      ...(status?.initContainerStatuses ?? []),
      ...(status?.containerStatuses ?? []),
    ].map(reduceContainer),
  };
}

function reduceContainer({
  name,
  state = {},
}: ContainerStatus): ContainerStatus {
  const { waiting, running, terminated } = state;
  return {
    name,
    state: {
      waiting: waiting && pickWaiting(waiting),
      running: running && { startedAt: running.startedAt },
      terminated: terminated && {
        exitCode: terminated.exitCode,
        reason: terminated.reason,
      },
    },
  };
}

function deletionAskedAt({
  deletionTimestamp,
  deletionGracePeriodSeconds = 0,
}: PodObject['metadata']): string | undefined {
  if (deletionTimestamp === undefined) return undefined;
  const due = Date.parse(deletionTimestamp);
  return new Date(due - deletionGracePeriodSeconds * 1000).toISOString();
}

function conditionOf(
  conditions: Condition[] | undefined,
  type: string,
): Condition | undefined {
  return conditions?.find(condition => condition.type === type);
}

/** Whether all that belongs to a run is over as it is: Tekton ends a run that is cancelled before its TaskRuns. */
export function isSettled(
  run: PipelineRunState,
  taskRuns: TaskRunState[],
): boolean {
  return run.taskRuns.every(name =>
    taskRuns.some(taskRun => taskRun.name === name && isDone(taskRun)),
  );
}

/** Whether a run is over, well or not. */
export function isDone({
  succeeded,
}: Pick<PipelineRunState, 'succeeded'>): boolean {
  return succeeded !== undefined && succeeded.status !== 'Unknown';
}
