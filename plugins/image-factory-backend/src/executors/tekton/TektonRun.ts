import {
  BuildMethod,
  Cursor,
  ExecutionSpec,
  ExecutionUpdate,
  NewArtifact,
  Outcome,
  RunReference,
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
import { ClusterSilence } from './ClusterSilence';
import { failLastStep } from './lastSteps';
import { mayHaveLeftPod } from './mayHaveLeftPod';
import { NamespaceEvents } from './NamespaceEvents';
import { NamespaceUsage } from './NamespaceUsage';
import { RunChanges } from './RunChanges';
import { ImageWork, RunConclusion } from './RunConclusion';
import { decodeCursor } from './runCursor';
import { RunDeadlines } from './RunDeadlines';
import { RunSight, SeenRun } from './RunSight';
import { RunTeller } from './RunTeller';
import { StepLogs } from './StepLogs';
import { NamespaceView } from './TektonCluster';
import { isDone } from './tektonObjects';
import { EndedBy, toOutcome } from './toOutcome';
import { toPhase } from './toPhase';
import { withReasons } from './withReasons';

/** Deadlines are looked at this often, and whatever the watch may have missed. */
const LOOK_EVERY_MS = 1_000;
/** The end of a log comes moments after the end of its step; a node that is gone never sends it. */
const LOGS_WITHIN_MS = 30_000;
/** What a lost node has not sent by now it does not send. */
const LOGS_OF_LOST_NODE_WITHIN_MS = 2_000;
/** Watches of different kinds are not in step: what is not there may be there in a moment. */
const GONE_AFTER_MS = 5_000;

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
  readonly #sight: RunSight;
  readonly #teller: RunTeller;
  readonly #deadlines: RunDeadlines;
  readonly #silence: ClusterSilence;
  #goneSince: number | undefined;
  #isManifestKept = false;

  constructor(options: TektonRunOptions) {
    this.#options = options;
    const { client, run, spec, settings, from, steady, signal } = options;
    const { timeoutSeconds } = spec.config;
    const { pendingTimeoutSeconds } = settings;
    this.#silence = new ClusterSilence({
      cluster: settings.name,
      longestMs: (timeoutSeconds + pendingTimeoutSeconds) * 1000,
      steady,
    });
    this.#sight = new RunSight({ ...options, name: run.name });
    this.#deadlines = new RunDeadlines({
      ...options,
      timeoutSeconds,
      pendingTimeoutSeconds,
    });
    this.#changes = RunChanges.watch(options.view, run.name);
    this.#logs = new StepLogs({
      client,
      namespace: run.namespace,
      channel: this.#channel,
      cursor: decodeCursor(from),
      isOver: container => this.#sight.hasEnded(container),
      steady,
      signal: AbortSignal.any([signal, this.#abort.signal]),
    });
    this.#teller = new RunTeller({
      ...options,
      channel: this.#channel,
      logs: this.#logs,
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
      const seen = this.#sight.look();
      if (seen) {
        this.#goneSince = undefined;
        await this.#tell(seen);
        if (!this.#isManifestKept) await this.#keepManifest(signal);
        this.#followLogs(seen);
        if (this.#sight.isOverWhole(seen)) return this.#conclude(signal);
        if (!isDone(seen.run)) {
          await passing(this.#deadlines.enforceTimes(seen));
          await passing(this.#deadlines.leaveLostNode(seen, signal));
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

  async #tell(seen: SeenRun): Promise<void> {
    const phase = toPhase(seen);
    this.#deadlines.note(phase);
    await this.#teller.tell(seen, phase);
  }

  #followLogs({ run, steps, taskRuns, pods }: SeenRun): void {
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

  async #conclude(signal: AbortSignal): Promise<Outcome> {
    const { settings, spec, method, endedBy } = this.#options;
    const { causes } = this.#deadlines;
    await this.#logs.finish(
      causes.nodeLoss ? LOGS_OF_LOST_NODE_WITHIN_MS : LOGS_WITHIN_MS,
      signal,
    );
    const seen = this.#sight.look() ?? this.#sight.latest!;
    const outcome = toOutcome({
      ...seen,
      ...causes,
      pods: this.#sight.allPods,
      endedBy: endedBy(),
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
    this.#teller.conclude();
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
    const { latest } = this.#sight;
    if (!this.#teller.isConcluded || !latest) return;
    await this.#options.markCollected(signal);
    if (mayHaveLeftPod(latest)) await passing(this.#remove(signal));
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

/** What a cluster does not take now may be tried again at the next look. */
async function passing(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof KubernetesError && error.isPassing)) throw error;
  }
}
