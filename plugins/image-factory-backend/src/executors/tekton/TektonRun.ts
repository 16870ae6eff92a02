import {
  BuildMethod,
  ClusterEventSnapshot,
  Cursor,
  ExecutionSpec,
  ExecutionUpdate,
  NewArtifact,
  Outcome,
  RunReference,
  StepSnapshot,
} from '@image-factory/backstage-plugin-image-factory-node';
import {
  ClusterSettings,
  KubernetesClient,
  KubernetesError,
  TEKTON_API,
  hasStatus,
  objectPath,
} from '../../clusters';
import { UpdateChannel } from '../reporting';
import { objectKey } from './clusterEvent';
import { ClusterSilence } from './ClusterSilence';
import { failLastStep, lastPlace } from './lastSteps';
import { mayHaveLeftPod } from './mayHaveLeftPod';
import { measureStart } from './measureStart';
import { EventSubject, NamespaceEvents } from './NamespaceEvents';
import { NamespaceUsage } from './NamespaceUsage';
import { LostNode, NodeLoss } from './NodeLoss';
import { RunChanges } from './RunChanges';
import { ImageWork, RunConclusion } from './RunConclusion';
import { decodeCursor } from './runCursor';
import { StepContainer, StepLogs } from './StepLogs';
import { StepPeaks } from './StepPeaks';
import { NamespaceView } from './TektonCluster';
import {
  PipelineRunState,
  PodState,
  TaskRunState,
  isDone,
  isSettled,
} from './tektonObjects';
import { EndedBy, toOutcome } from './toOutcome';
import { RunPhase, toPhase } from './toPhase';
import { toSteps } from './toSteps';
import { WaitingTasks } from './WaitingTasks';
import { withReasons } from './withReasons';

/** Deadlines are looked at this often, and whatever the watch may have missed. */
const LOOK_EVERY_MS = 1_000;
/** The end of a log comes moments after the end of its step; a node that is gone never sends it. */
const LOGS_WITHIN_MS = 30_000;
/** What a lost node has not sent by now it does not send. */
const LOGS_OF_LOST_NODE_WITHIN_MS = 2_000;
/** Watches of different kinds are not in step: what is not there may be there in a moment. */
const GONE_AFTER_MS = 5_000;
const SETTLES_WITHIN_MS = 10_000;

export type TektonRunOptions = ImageWork & {
  client: KubernetesClient;
  view: NamespaceView;
  /** A run goes on without them. */
  events: Pick<NamespaceEvents, 'about' | 'isSeen' | 'problem'>;
  /** Without it as well. */
  usage: Pick<NamespaceUsage, 'of'>;
  settings: ClusterSettings;
  run: RunReference & { namespace: string };
  spec: ExecutionSpec;
  method: BuildMethod;
  from: Cursor | undefined;
  /** Keeps the PipelineRun as it is now, where that can be done. */
  keepManifest(signal: AbortSignal): Promise<NewArtifact | undefined>;
  /** Says in the cluster that nothing of the run is needed there any more, where that can be done. */
  markCollected(signal: AbortSignal): Promise<void>;
  /** How its reader has ended it, or undefined. */
  endedBy(): EndedBy | undefined;
  isCancelWanted(): boolean;
  /** The node is that which the run is lost with. */
  end(by: EndedBy, lostNode?: string): Promise<void>;
  now(): Date;
  steady(): number;
  signal: AbortSignal;
};

type Seen = {
  run: PipelineRunState;
  taskRuns: TaskRunState[];
  pods: PodState[];
  steps: StepSnapshot[];
  events: ClusterEventSnapshot[];
};

/**
 * Collects one run: what its PipelineRun, its TaskRuns and its pods become, and
 * the logs of its steps, as updates. It needs nothing of whoever started the run
 * and leaves the run as it is when its reader leaves.
 */
export class TektonRun {
  readonly #options: TektonRunOptions;
  readonly #channel = new UpdateChannel();
  readonly #logs: StepLogs;
  readonly #conclusion: RunConclusion;
  readonly #changes: RunChanges;
  readonly #abort = new AbortController();
  #seen: Seen | undefined;
  #told = new Map<string, string>();
  /** By pod. */
  readonly #nodes = new Map<string, string>();
  /** As each was last seen, by uid: what became of a run may be told by a pod that is gone. */
  readonly #pods = new Map<string, PodState>();
  /** All that belongs or has belonged to the run, by kind and name: what is gone is still told of. */
  readonly #subjects = new Map<string, EventSubject>();
  readonly #loss: NodeLoss;
  readonly #silence: ClusterSilence;
  /** Of the node, where that is why the run was ended. */
  #nodeLoss: LostNode | undefined;
  #goneSince: number | undefined;
  #doneSince: number | undefined;
  #isConcluded = false;
  #isManifestKept = false;
  /** What the run waited for when it was last seen to wait. */
  #pending: string | undefined;
  /** The task that did, where others ran. */
  #waiting: string | undefined;
  readonly #waitingTasks: WaitingTasks;
  readonly #peaks: StepPeaks;

  constructor(options: TektonRunOptions) {
    this.#options = options;
    const { client, run, spec, settings, from, steady, signal } = options;
    this.#silence = new ClusterSilence({
      cluster: settings.name,
      longestMs:
        (spec.config.timeoutSeconds + settings.pendingTimeoutSeconds) * 1000,
      steady,
    });
    this.#loss = new NodeLoss({ client, steady });
    this.#waitingTasks = new WaitingTasks({
      limitMs: options.settings.pendingTimeoutSeconds * 1000,
    });
    this.#peaks = new StepPeaks(options.usage);
    this.#changes = RunChanges.watch(options.view, run.name);
    this.#logs = new StepLogs({
      client,
      namespace: run.namespace,
      channel: this.#channel,
      cursor: decodeCursor(from),
      isOver: container => this.#isOver(container),
      steady,
      signal: AbortSignal.any([signal, this.#abort.signal]),
    });
    this.#conclusion = new RunConclusion({
      conclude: options.conclude,
      collectReports: options.collectReports,
      logs: this.#logs,
      channel: this.#channel,
    });
  }

  async *updates(): AsyncIterable<ExecutionUpdate> {
    const { signal } = this.#options;
    let problem: unknown;
    const working = this.#work().then(
      outcome => this.#channel.end({ type: 'outcome', outcome }),
      error => {
        problem = error;
        this.#channel.close();
      },
    );
    try {
      for await (const update of this.#channel.read(signal)) {
        yield update;
        // Whoever asks for more has stored it.
        if (update.type === 'outcome') await this.#leaveNothing(signal);
      }
    } finally {
      this.#abort.abort();
      this.#channel.abandon();
      await working;
      this.#changes.stop();
    }
    if (problem && !signal.aborted) throw problem;
  }

  async #work(): Promise<Outcome> {
    const signal = AbortSignal.any([this.#options.signal, this.#abort.signal]);
    for (;;) {
      const givenUp = this.#giveUp();
      if (givenUp) {
        await this.#logs.finish(0, signal);
        return givenUp;
      }
      // What is not there may only not be listed yet.
      const seen = this.#isListed() ? this.#look() : undefined;
      if (seen) {
        this.#goneSince = undefined;
        await this.#tell(seen);
        if (!this.#isManifestKept) await this.#keepManifest(signal);
        this.#followLogs(seen);
        if (this.#isOverWhole(seen)) return this.#conclude(signal);
        if (!isDone(seen.run)) {
          await passing(this.#enforceDeadlines(seen));
          await passing(this.#leaveLostNode(seen, signal));
        }
      } else if (await this.#isGone(signal)) {
        // Its pods are about to go as well, and not two are to run at once.
        await this.#logs.finish(LOGS_WITHIN_MS, signal);
        return {
          status: 'lost',
          message:
            'The PipelineRun of the build is no longer in the cluster: somebody has deleted it.',
        };
      }
      await this.#changes.next(LOOK_EVERY_MS, signal);
    }
  }

  #giveUp(): Outcome | undefined {
    const { view, isCancelWanted } = this.#options;
    const { isSynced, problem } = view.pipelineRuns;
    return this.#silence.outcome({
      isHeard: isSynced && problem === undefined,
      isCancelWanted: isCancelWanted(),
    });
  }

  #look(): Seen | undefined {
    const { view, run: reference } = this.#options;
    const run = view.pipelineRuns.get(reference.name);
    if (!run) return undefined;
    const taskRuns = view.taskRuns.inGroup(reference.name);
    const pods = view.pods.inGroup(reference.name);
    pods.forEach(pod => this.#pods.set(pod.uid, pod));
    this.#remember('PipelineRun', [run]);
    this.#remember('TaskRun', taskRuns);
    this.#remember('Pod', pods);
    this.#seen = {
      run,
      taskRuns,
      pods,
      steps: toSteps(run, taskRuns, pods).map(step => this.#withNode(step)),
      events: this.#options.events.about([...this.#subjects.values()]),
    };
    return this.#seen;
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

  /** Whether all kinds of objects are seen that may be. */
  #isListed(): boolean {
    return Object.values(this.#options.view).every(
      ({ isSynced, problem }) => isSynced || hasStatus(problem, 403),
    );
  }

  /** Whether the run has ended, and what belongs to it has as well, or does not for too long. */
  #isOverWhole({ run, taskRuns }: Seen): boolean {
    if (!isDone(run)) return false;
    if (isSettled(run, taskRuns)) return true;
    const { steady } = this.#options;
    this.#doneSince ??= steady();
    return steady() - this.#doneSince > SETTLES_WITHIN_MS;
  }

  /** The kubelet tells it before Tekton does. */
  #isOver({ step, podUid, container }: StepContainer): boolean {
    const found = this.#pods
      .get(podUid)
      ?.containers.find(({ name }) => name === container);
    if (found?.state?.terminated) return true;
    const status = this.#seen?.steps.find(({ name }) => name === step)?.status;
    return status !== undefined && status !== 'pending' && status !== 'running';
  }

  async #tell(seen: Seen): Promise<void> {
    const phase = toPhase(seen);
    if (phase.phase === 'pending') this.#pending = describePhase(phase);
    await this.#tellOnce('phase', { type: 'phase', ...phase });
    for (const metric of [
      ...measureStart(seen),
      ...this.#peaks.measure(seen),
    ]) {
      const { step = '', name } = metric;
      await this.#tellOnce(`metric/${step}/${name}`, {
        type: 'metric',
        metric,
      });
    }
    for (const step of seen.steps) {
      const key = `step/${step.name}`;
      if (this.#isToBeTold(step, seen)) {
        await this.#tellOnce(key, { type: 'step', step });
      } else if (!this.#told.has(key)) {
        // It was over before anybody looked, and its log is about to come.
        await this.#tellOnce(key, { type: 'step', step: asRunning(step) });
      }
    }
    await this.#tellEvents(seen.events);
  }

  /** Where none are seen that is told as well, and once at least that they are: a collector before this one may not have seen them. */
  async #tellEvents(events: ClusterEventSnapshot[]): Promise<void> {
    const { problem, isSeen } = this.#options.events;
    if (problem !== undefined || isSeen) {
      await this.#tellOnce('events', { type: 'cluster-events', problem });
    }
    for (const event of events) {
      await this.#tellOnce(`event/${event.key}`, {
        type: 'cluster-event',
        event,
      });
    }
  }

  /** A step is over once its log is, and the last one once the tags of the image are set. */
  #isToBeTold({ name, ordinal, status }: StepSnapshot, seen: Seen): boolean {
    if (this.#isConcluded) return true;
    if (status === 'pending' || status === 'running') return true;
    if (!this.#logs.isWhole(name)) return false;
    return status !== 'completed' || ordinal !== lastPlace(seen.run);
  }

  async #tellOnce(key: string, update: ExecutionUpdate): Promise<void> {
    const text = JSON.stringify(update);
    if (this.#told.get(key) === text) return;
    this.#told.set(key, text);
    await this.#channel.write(update);
  }

  #followLogs({ run, steps, taskRuns, pods }: Seen): void {
    for (const { name, ordinal, status, exitCode } of steps) {
      if (status === 'pending') continue;
      // One that has run to say that it does not do what it is for has a log.
      if (status === 'skipped' && exitCode === undefined) continue;
      const { task } = run.steps[ordinal];
      const taskRun = taskRuns.find(each => each.task === task);
      const container = taskRun?.steps.find(step => step.name === name);
      const pod = pods.find(each => each.name === taskRun?.podName);
      if (!container || !pod) continue;
      this.#logs.follow({
        step: name,
        pod: pod.name,
        podUid: pod.uid,
        container: container.container,
      });
    }
  }

  async #enforceDeadlines(seen: Seen): Promise<void> {
    const { settings, spec, endedBy, end, now } = this.#options;
    if (endedBy()) return;
    const begun = seen.steps
      .flatMap(({ startedAt }) => (startedAt ? [Date.parse(startedAt)] : []))
      .sort((one, other) => one - other)[0];
    if (begun !== undefined) {
      const limit = spec.config.timeoutSeconds * 1000;
      if (now().getTime() - begun > limit) {
        this.#noteWaitingAtLimit(seen);
        await end('timeout');
      } else await this.#enforcePending(seen);
      return;
    }
    const created = Date.parse(seen.run.createdAt ?? now().toISOString());
    if (now().getTime() - created > settings.pendingTimeoutSeconds * 1000) {
      await end('pending-timeout');
    }
  }

  /** A task may wait for a node of its platform for ever, while others run. */
  async #enforcePending(seen: Seen): Promise<void> {
    const { end, now } = this.#options;
    const taskRun = this.#waitingTasks.find(seen.taskRuns, now());
    if (!taskRun) return;
    this.#noteWaiting(seen, taskRun);
    await end('pending-timeout');
  }

  /** Where nothing runs, what the run waits for is why it takes so long. */
  #noteWaitingAtLimit(seen: Seen): void {
    if (seen.steps.some(({ status }) => status === 'running')) return;
    const { now } = this.#options;
    const taskRun = this.#waitingTasks.find(seen.taskRuns, now(), 0);
    if (taskRun) this.#noteWaiting(seen, taskRun);
  }

  #noteWaiting(seen: Seen, taskRun: TaskRunState): void {
    const pods = seen.pods.filter(({ name }) => name === taskRun.podName);
    this.#pending = describePhase(
      toPhase({ ...seen, taskRuns: [taskRun], pods }),
    );
    this.#waiting = taskRun.task;
  }

  async #leaveLostNode({ pods }: Seen, signal: AbortSignal): Promise<void> {
    const { endedBy, end } = this.#options;
    if (endedBy()) return;
    const loss = await this.#loss.find(pods, signal);
    if (loss === undefined) return;
    await end('node-lost', loss.node);
    this.#nodeLoss = loss;
  }

  async #conclude(signal: AbortSignal): Promise<Outcome> {
    const { settings, spec, method, endedBy, view } = this.#options;
    await this.#logs.finish(
      this.#nodeLoss ? LOGS_OF_LOST_NODE_WITHIN_MS : LOGS_WITHIN_MS,
      signal,
    );
    const seen = this.#look() ?? this.#seen!;
    const outcome = toOutcome({
      ...seen,
      pods: view.pods.isSynced ? [...this.#pods.values()] : undefined,
      endedBy: endedBy(),
      nodeLoss: this.#nodeLoss,
      pending: this.#pending,
      waiting: this.#waiting,
      timeoutSeconds: spec.config.timeoutSeconds,
      pendingTimeoutSeconds: settings.pendingTimeoutSeconds,
      rules: method.failureRules,
      parameters: spec.config.parameters,
      tail: step => this.#logs.tail(step),
    });
    const checked = await this.#conclusion.checks(seen, outcome, signal);
    const concluded =
      checked.status === 'completed'
        ? await this.#conclusion.pushed(seen, signal)
        : checked;
    this.#isConcluded = true;
    const told = failLastStep(seen, concluded);
    await this.#tell({
      ...told,
      steps: withReasons(told.steps, told.taskRuns, step =>
        this.#logs.tail(step),
      ),
    });
    await this.#keepManifest(signal);
    return concluded;
  }

  /** Once nothing of the run is needed any more: before, whoever takes over needs all of it. */
  async #leaveNothing(signal: AbortSignal): Promise<void> {
    if (!this.#isConcluded || !this.#seen) return;
    await this.#options.markCollected(signal);
    if (mayHaveLeftPod(this.#seen)) await passing(this.#remove(signal));
  }

  /** At the first look, and once more as it has ended. */
  async #keepManifest(signal: AbortSignal): Promise<void> {
    const artifact = await this.#options.keepManifest(signal);
    this.#isManifestKept = true;
    if (artifact) await this.#channel.write({ type: 'artifact', artifact });
  }

  /** Its pods go with it, also those that come to be a moment later. */
  async #remove(signal: AbortSignal): Promise<void> {
    const { client, run } = this.#options;
    try {
      await client.delete(
        objectPath(TEKTON_API, run.namespace, 'pipelineruns', run.name),
        signal,
      );
    } catch (error) {
      if (!hasStatus(error, 404)) throw error;
    }
  }

  /** What the watch does not have is asked for once more before it counts as gone. */
  async #isGone(signal: AbortSignal): Promise<boolean> {
    const { client, view, run, steady } = this.#options;
    if (!view.pipelineRuns.isSynced) return false;
    this.#goneSince ??= steady();
    if (steady() - this.#goneSince < GONE_AFTER_MS) return false;
    try {
      await client.get(
        objectPath(TEKTON_API, run.namespace, 'pipelineruns', run.name),
        signal,
      );
      return false;
    } catch (error) {
      // Anything else tells nothing of the run.
      return hasStatus(error, 404);
    }
  }
}

function asRunning(step: StepSnapshot): StepSnapshot {
  return {
    ...step,
    status: 'running',
    finishedAt: undefined,
    exitCode: undefined,
    reason: undefined,
  };
}

/** What a cluster does not take now may be tried again at the next look. */
async function passing(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof KubernetesError && error.isPassing)) throw error;
  }
}

function describePhase({ reason, message }: RunPhase): string | undefined {
  return [reason, message].filter(Boolean).join(': ') || undefined;
}
