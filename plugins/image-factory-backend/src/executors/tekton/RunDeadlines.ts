import { KubernetesClient } from '../../clusters';
import { LostNode, NodeLoss } from './NodeLoss';
import { SeenRun } from './RunSight';
import { TaskRunState } from './tektonObjects';
import { EndedBy } from './toOutcome';
import { RunPhase, toPhase } from './toPhase';
import { WaitingTasks } from './WaitingTasks';

/** A pod that has its node takes less to start, images and all, as a rule. */
const LONGER_THAN_STARTS_MS = 2 * 60_000;

type RunDeadlinesOptions = {
  client: KubernetesClient;
  timeoutSeconds: number;
  pendingTimeoutSeconds: number;
  /** How the run was ended, or undefined. */
  endedBy(): EndedBy | undefined;
  /** The node is that which the run is lost with. */
  end(by: EndedBy, lostNode?: string): Promise<void>;
  now(): Date;
  steady(): number;
};

/** Ends a run that takes too long, waits too long or stands on a node that is lost, and knows why. */
export class RunDeadlines {
  readonly #options: RunDeadlinesOptions;
  readonly #loss: NodeLoss;
  readonly #waitingTasks: WaitingTasks;
  #nodeLoss: LostNode | undefined;
  #pending: string | undefined;
  #waiting: string | undefined;

  constructor(options: RunDeadlinesOptions) {
    this.#options = options;
    this.#loss = new NodeLoss(options);
    this.#waitingTasks = new WaitingTasks({
      limitMs: options.pendingTimeoutSeconds * 1000,
    });
  }

  /** What it has waited for, and which node it was lost with; each undefined where that is not so. */
  get causes(): {
    /** What the run waited for when it was last seen to wait. */
    pending: string | undefined;
    /** The task that did, where others ran. */
    waiting: string | undefined;
    /** Where that is why the run was ended. */
    nodeLoss: LostNode | undefined;
  } {
    return {
      pending: this.#pending,
      waiting: this.#waiting,
      nodeLoss: this.#nodeLoss,
    };
  }

  /** To be called with each phase of the run. */
  note(phase: RunPhase): void {
    if (phase.phase === 'pending') this.#pending = describePhase(phase);
  }

  /** To be called at each look at a run that goes on. */
  async enforceTimes(seen: SeenRun): Promise<void> {
    const { timeoutSeconds, pendingTimeoutSeconds, endedBy, end, now } =
      this.#options;
    if (endedBy()) return;
    const [begun] = seen.steps
      .flatMap(({ startedAt }) => (startedAt ? [Date.parse(startedAt)] : []))
      .sort((one, other) => one - other);
    if (begun === undefined) {
      const created = Date.parse(seen.run.createdAt ?? now().toISOString());
      if (now().getTime() - created > pendingTimeoutSeconds * 1000) {
        await end('pending-timeout');
      }
    } else if (now().getTime() - begun > timeoutSeconds * 1000) {
      this.#noteWaitingAtLimit(seen);
      await end('timeout');
    } else {
      await this.#enforcePending(seen);
    }
  }

  /** The same, of the nodes that its pods are on. */
  async leaveLostNode({ pods }: SeenRun, signal: AbortSignal): Promise<void> {
    const { endedBy, end } = this.#options;
    if (endedBy()) return;
    const loss = await this.#loss.find(pods, signal);
    if (loss === undefined) return;
    await end('node-lost', loss.node);
    this.#nodeLoss = loss;
  }

  /** A task may wait for a node of its platform for ever, while others run. */
  async #enforcePending(seen: SeenRun): Promise<void> {
    const { end, now } = this.#options;
    const taskRun = this.#waitingTasks.find(seen.taskRuns, now());
    if (!taskRun) return;
    this.#noteWaiting(seen, taskRun);
    await end('pending-timeout');
  }

  /** Where nothing runs, what the run waits for is why it takes so long. */
  #noteWaitingAtLimit(seen: SeenRun): void {
    if (seen.steps.some(({ status }) => status === 'running')) return;
    const { now } = this.#options;
    const taskRun = this.#waitingTasks.find(
      seen.taskRuns,
      now(),
      LONGER_THAN_STARTS_MS,
    );
    if (taskRun) this.#noteWaiting(seen, taskRun);
  }

  #noteWaiting(seen: SeenRun, taskRun: TaskRunState): void {
    const pods = seen.pods.filter(({ name }) => name === taskRun.podName);
    this.#pending = describePhase(
      toPhase({ ...seen, taskRuns: [taskRun], pods }),
    );
    this.#waiting = taskRun.task;
  }
}

function describePhase({ reason, message }: RunPhase): string | undefined {
  return [reason, message].filter(Boolean).join(': ') || undefined;
}
