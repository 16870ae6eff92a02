import {
  ClusterEventSnapshot,
  StepSnapshot,
} from '@image-factory/backstage-plugin-image-factory-node';
import { hasStatus } from '../../clusters';
import { objectKey } from './clusterEvent';
import { EventSubject, NamespaceEvents } from './NamespaceEvents';
import { StepContainer } from './StepLogs';
import { NamespaceView } from './TektonCluster';
import {
  PipelineRunState,
  PodState,
  TaskRunState,
  isDone,
  isSettled,
} from './tektonObjects';
import { toSteps } from './toSteps';

const SETTLES_WITHIN_MS = 10_000;

/** All of a run as it is at one moment. */
export type SeenRun = {
  run: PipelineRunState;
  taskRuns: TaskRunState[];
  pods: PodState[];
  steps: StepSnapshot[];
  events: ClusterEventSnapshot[];
};

type RunSightOptions = {
  /** Of the PipelineRun. */
  name: string;
  view: NamespaceView;
  events: Pick<NamespaceEvents, 'about'>;
  steady(): number;
};

/** What is seen of one run in the cluster, and what was seen of it before. */
export class RunSight {
  readonly #options: RunSightOptions;
  #seen: SeenRun | undefined;
  /** By pod. */
  readonly #nodes = new Map<string, string>();
  /** As each was last seen, by uid: what became of a run may be told by a pod that is gone. */
  readonly #pods = new Map<string, PodState>();
  /** All that belongs or has belonged to the run, by kind and name: what is gone is still told of. */
  readonly #subjects = new Map<string, EventSubject>();
  #doneSince: number | undefined;

  constructor(options: RunSightOptions) {
    this.#options = options;
  }

  /** The run as it is now; undefined where it is not there, or not all kinds of objects are listed that may be. */
  look(): SeenRun | undefined {
    const { view, name, events } = this.#options;
    const run = this.#isListed() ? view.pipelineRuns.get(name) : undefined;
    if (!run) return undefined;
    const taskRuns = view.taskRuns.inGroup(name);
    const pods = view.pods.inGroup(name);
    pods.forEach(pod => this.#pods.set(pod.uid, pod));
    this.#remember('PipelineRun', [run]);
    this.#remember('TaskRun', taskRuns);
    this.#remember('Pod', pods);
    this.#seen = {
      run,
      taskRuns,
      pods,
      steps: toSteps(run, taskRuns, pods).map(step => this.#withNode(step)),
      events: events.about([...this.#subjects.values()]),
    };
    return this.#seen;
  }

  /** As it was at the last look that saw it. */
  get latest(): SeenRun | undefined {
    return this.#seen;
  }

  /** All pods that it has had, each as it was last seen; undefined where they cannot be listed. */
  get allPods(): PodState[] | undefined {
    return this.#options.view.pods.isSynced
      ? [...this.#pods.values()]
      : undefined;
  }

  /** Whether the run has ended, and what belongs to it has as well, or does not for too long. */
  isOverWhole({ run, taskRuns }: SeenRun): boolean {
    if (!isDone(run)) return false;
    if (isSettled(run, taskRuns)) return true;
    const { steady } = this.#options;
    this.#doneSince ??= steady();
    return steady() - this.#doneSince > SETTLES_WITHIN_MS;
  }

  /** Whether the container of a step has ended. The kubelet tells it before Tekton does. */
  hasEnded({ step, podUid, container }: StepContainer): boolean {
    const found = this.#pods
      .get(podUid)
      ?.containers.find(({ name }) => name === container);
    if (found?.state?.terminated) return true;
    const status = this.#seen?.steps.find(({ name }) => name === step)?.status;
    return status !== undefined && status !== 'pending' && status !== 'running';
  }

  /** What is not there may only not be listed yet. */
  #isListed(): boolean {
    return Object.values(this.#options.view).every(
      ({ isSynced, problem }) => isSynced || hasStatus(problem, 403),
    );
  }

  #remember(kind: string, objects: { name: string }[]): void {
    for (const { name } of objects) {
      const subject = { kind, name };
      this.#subjects.set(objectKey(subject), subject);
    }
  }

  /** A pod that is gone tells its node no more. */
  #withNode(step: StepSnapshot): StepSnapshot {
    if (step.pod && step.node) this.#nodes.set(step.pod, step.node);
    return { ...step, node: step.pod && this.#nodes.get(step.pod) };
  }
}
